"""Calibration sessions in Slack: who sits, and whether they still do."""

from alembic import op

from evals.schema import SITTINGS

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """Create their table, where the first revision has not done so already."""
    SITTINGS.create(op.get_bind(), checkfirst=True)
