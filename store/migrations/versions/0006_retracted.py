"""A decision can be taken back by another, and the queue finds the decisions on a signal without reading all of them."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    with op.batch_alter_table("decisions") as batch:
        batch.add_column(sa.Column("retracts", sa.String(), nullable=False, server_default=""))
    op.create_index(op.f("ix_decisions_signal_id"), "decisions", ["signal_id"], unique=False)
