"""The lanes' tables."""

from alembic import op

from assistant.lanes.tables import META

revision = "0001"
down_revision = None


def upgrade() -> None:
    """Create the tables."""
    META.create_all(op.get_bind())
