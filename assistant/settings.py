"""Environment -> Settings. Nothing else in the product reads the environment."""

from __future__ import annotations

import os
from pathlib import Path
from typing import ClassVar

from pydantic import Field, SecretStr, ValidationError, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from assistant.errors import SettingsError

# Variables by which LangChain would send questions and answers to a tracing service.
TRACING = ("LANGCHAIN_TRACING_V2", "LANGSMITH_TRACING", "LANGCHAIN_TRACING", "LANGSMITH_TRACING_V2")


class Settings(BaseSettings):
    """What the environment says; every variable begins with `SECONDCHAIR_`."""

    model_config: ClassVar[SettingsConfigDict] = SettingsConfigDict(
        env_prefix="SECONDCHAIR_", extra="ignore", frozen=True, protected_namespaces=()
    )

    home: Path = Field(
        default=Path("~/.local/share/secondchair"),
        description="Where the index, the exported embedding model and the ledger are kept",
    )
    database_url: str | None = Field(
        default=None, description="SQLAlchemy URL of the ledger; absent: SQLite in the home folder"
    )
    embedding_model: Path | None = Field(
        default=None, description="Folder of another sentence-transformers model; absent: MiniLM"
    )
    model: str | None = Field(
        default=None,
        description="Chat model as provider:name; absent: no model, extractive answers",
    )
    model_url: str | None = Field(
        default=None, description="Base URL of an OpenAI-compatible server, such as a local one"
    )
    model_key: SecretStr | None = Field(default=None, description="Key for the chat model")
    model_timeout: float = Field(
        default=20.0, gt=0, description="Seconds before a silent chat model counts as an outage"
    )
    deadline: float = Field(
        default=60.0, gt=0, description="Seconds before a stuck question goes to a person"
    )
    question_limit: int = Field(
        default=60_000,
        gt=0,
        description="Most characters of a question; nothing of a longer one is read",
    )
    allow_tracing: bool = Field(
        default=False, description="Allow LangSmith tracing, which sends text to its service"
    )

    slack_bot_token: SecretStr | None = Field(
        default=None, description="The Slack app's bot token (xoxb-…)"
    )
    slack_app_token: SecretStr | None = Field(
        default=None, description="App-level token (xapp-…): Socket Mode, no public URL needed"
    )
    slack_signing_secret: SecretStr | None = Field(
        default=None, description="Signing secret: events over HTTP at /slack/events"
    )
    slack_api_url: str = Field(
        default="https://slack.com/api/", description="Base URL of Slack's Web API"
    )
    slack_host: str = Field(default="127.0.0.1", description="Where the HTTP server listens")
    slack_port: int = Field(default=3000, gt=0, lt=65536, description="Port of the HTTP server")
    replica: str = Field(
        default="local",
        pattern=r"^[A-Za-z0-9_.-]{1,64}$",
        description="This process's name among replicas on one PostgreSQL: unique, kept over restarts",
    )

    @model_validator(mode="after")
    def _no_silent_tracing(self) -> Settings:
        on = [v for v in TRACING if os.environ.get(v, "").lower() in ("1", "true", "yes")]
        if on and not self.allow_tracing:
            raise ValueError(
                f"{on[0]} would send questions and answers to a tracing service: unset it, or set "
                "SECONDCHAIR_ALLOW_TRACING=true if the client has agreed"
            )
        return self

    @property
    def folder(self) -> Path:
        """`home` with `~` expanded."""
        return self.home.expanduser()

    @property
    def ledger_url(self) -> str:
        """The database of the ledger."""
        return self.database_url or f"sqlite:///{self.folder / 'secondchair.sqlite'}"

    def room_url(self, room: str) -> str:
        """The database of a room with a file of its own on SQLite, the common one on PostgreSQL."""
        return self.database_url or f"sqlite:///{self.folder / room}.sqlite"


def read_settings() -> Settings:
    """The settings, or SettingsError naming the variable that is wrong."""
    try:
        return Settings()
    except ValidationError as error:
        lines = []
        for item in error.errors(include_url=False):
            name = "_".join(("SECONDCHAIR", *(str(part).upper() for part in item["loc"])))
            lines.append(f"{name if item['loc'] else 'environment'}: {item['msg']}")
        raise SettingsError("; ".join(lines)) from None
