"""The ledger's tables, and triggers that refuse to change or delete an entry."""

from alembic import op

from assistant.ledger.store import META

revision = "0001"
down_revision = None

_REFUSE = "a ledger entry is never changed"


def upgrade() -> None:
    """Create tables and triggers."""
    bind = op.get_bind()
    META.create_all(bind)
    if bind.dialect.name == "sqlite":
        for verb in ("UPDATE", "DELETE"):
            op.execute(
                f"CREATE TRIGGER ledger_no_{verb.lower()} BEFORE {verb} ON ledger_entries "
                f"BEGIN SELECT RAISE(ABORT, '{_REFUSE}'); END"
            )
        return
    op.execute(
        "CREATE FUNCTION ledger_refuse() RETURNS trigger LANGUAGE plpgsql AS "
        f"$$ BEGIN RAISE EXCEPTION '{_REFUSE}'; END $$"
    )
    for verb in ("UPDATE", "DELETE", "TRUNCATE"):
        each = "STATEMENT" if verb == "TRUNCATE" else "ROW"
        op.execute(
            f"CREATE TRIGGER ledger_no_{verb.lower()} BEFORE {verb} ON ledger_entries "
            f"FOR EACH {each} EXECUTE FUNCTION ledger_refuse()"
        )
