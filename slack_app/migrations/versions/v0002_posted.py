"""Where messages stand that are changed later."""

from alembic import op

from slack_app.tables import META, POSTED

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """Create the table, unless 0001 made it with the others."""
    META.create_all(op.get_bind(), tables=[POSTED])
