"""The evals' tables."""

from alembic import op

from evals.schema import META

revision = "0001"
down_revision = None


def upgrade() -> None:
    """Create them."""
    META.create_all(op.get_bind())
