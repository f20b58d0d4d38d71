"""DBOS as this house uses it: JSON in its tables and never a pickle, no server of its own, no telemetry."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from typing import Any

from dbos import DBOS, DBOSConfig, Serializer

from assistant.errors import DatabaseError
from slack_app.errors import SlackGone, SlackLater, SlackOperator
from slack_app.rows import MovedOn

VERSION = "1"  # raise it when the stages change; jobs of an older version are then swept up anew
OVER = ("SUCCESS", "ERROR", "CANCELLED", "MAX_RECOVERY_ATTEMPTS_EXCEEDED")


class Json(Serializer):
    """Job inputs and outputs as JSON: DBOS pickles by default."""

    def serialize(self, data: Any) -> str:
        """To JSON; what is no JSON (an exception) by its type's name, never its text."""
        return json.dumps(data, default=lambda thing: {"type": type(thing).__name__})

    def deserialize(self, serialized_data: str) -> Any:
        """Back again."""
        return json.loads(serialized_data)

    def name(self) -> str:
        """The format's name in DBOS's tables."""
        return "secondchair_json"


def configured(engine: Any, replica: str) -> DBOSConfig:
    """The configuration of this process's jobs."""
    return {
        "name": "secondchair",
        "system_database_engine": engine,
        "executor_id": replica,
        "application_version": VERSION,
        "serializer": Json(),
        "enable_otlp": False,
        "run_admin_server": False,
        "log_level": "ERROR",
        "max_executor_threads": 16,
        "notification_listener_polling_interval_sec": 0.25,  # what a stop waits for
    }  # type: ignore[typeddict-unknown-key]


async def forget_ended() -> None:
    """Drop what DBOS keeps of jobs that ended more than a day ago."""
    old = (datetime.now(UTC) - timedelta(days=1)).isoformat()
    for _ in range(100):
        ended = await DBOS.list_workflows_async(
            status=list(OVER), end_time=old, limit=500, load_input=False, load_output=False
        )
        if not ended:
            return
        await DBOS.delete_workflows_async([job.workflow_id for job in ended])


async def outcome(stage: Callable[[], Awaitable[Any]], tell: Callable[[str], None]) -> Any:
    """What a stage gave; a fault as a value, so that none is pickled. `tell` hears what the operator mends."""
    try:
        return await stage()
    except SlackGone as error:
        return {"fault": "gone", "code": error.code}
    except (SlackLater, SlackOperator) as error:
        after = error.after if isinstance(error, SlackLater) else None
        if isinstance(error, SlackOperator):
            tell(str(error))
        return {"fault": "later", "code": error.code, "after": after}
    except MovedOn:
        return {"fault": "moved on", "code": ""}
    except DatabaseError as error:
        return {"fault": "later", "code": type(error).__name__}
    except Exception as error:
        return {"fault": "broken", "code": _where(error)}


def _where(error: BaseException) -> str:
    """The kind of an error and the place it came from, never its text."""
    trace = error.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    place = (
        f"{trace.tb_frame.f_code.co_filename.rsplit('/', 1)[-1]}:{trace.tb_lineno}"
        if trace
        else "?"
    )
    return f"{type(error).__name__} at {place}"
