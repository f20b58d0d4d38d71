"""limits.yaml -> Limits: what a suite must reach, with reasons, versioned like the playbook."""

from __future__ import annotations

import hashlib
from pathlib import Path

from pydantic import Field, model_validator

from assistant.errors import Problem
from assistant.matter.reading import read_yaml
from assistant.types import Noun
from evals.reading import SuiteError

SHIPPED = Path(__file__).parent / "limits.yaml"


class Limit(Noun):
    """A floor or a ceiling in [0, 1]; `proven`: chance must be ruled out before it counts as kept."""

    measure: str
    floor: float | None = Field(default=None, ge=0, le=1)
    ceiling: float | None = Field(default=None, ge=0, le=1)
    proven: bool = False
    why: str = Field(min_length=1)

    @model_validator(mode="after")
    def _one(self) -> Limit:
        if (self.floor is None) == (self.ceiling is None):
            raise ValueError("give a floor or a ceiling, not both and not neither")
        if self.proven and not 0 < (self.ceiling or 0) < 1:
            raise ValueError(
                "'proven' needs a ceiling between 0 and 1: no number of cases proves 0"
            )
        return self


class Paired(Noun):
    """The comparison with the baseline: its measures, the p below which and the net loss above which it stops."""

    measures: tuple[str, ...] = Field(min_length=1)
    alpha: float = Field(default=0.05, gt=0, lt=1)
    margin: float = Field(default=0.02, ge=0, lt=1)
    churn: float = Field(default=0.02, ge=0, lt=0.5)
    why: str = ""


class Limits(Noun):
    """A version of limits; `digest` is the hash of its file."""

    version: str = Field(min_length=1)
    why: str = Field(min_length=1)
    limits: tuple[Limit, ...]
    compare: Paired
    digest: str = ""
    file: str = ""


def read_limits(path: Path) -> Limits:
    """The limits in `path`; raises SuiteError naming file and line."""
    problems: list[Problem] = []
    limits, _, text = read_yaml(path, path.name, Limits, problems)
    if limits is None:
        raise SuiteError(path.name, problems)
    digest = hashlib.sha256(text.encode()).hexdigest()[:12]
    return limits.model_copy(update={"digest": digest, "file": path.name})


def limits_of(matter: Path, given: Path | None) -> Limits:
    """The file given, else the matter's own limits.yaml, else the shipped one."""
    own = matter / "limits.yaml"
    return read_limits(given or (own if own.is_file() else SHIPPED))
