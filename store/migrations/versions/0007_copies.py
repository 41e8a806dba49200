"""Which signals only repeat another, so that the review queue asks once about the same words."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    op.create_table(
        "copies",
        sa.Column("signal_id", sa.String(), nullable=False),
        sa.Column("original_id", sa.String(), nullable=False),
        sa.Column("account_id", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name=op.f("fk_copies_account_id")),
        sa.ForeignKeyConstraint(["original_id"], ["signals.id"], name=op.f("fk_copies_original_id")),
        sa.ForeignKeyConstraint(["signal_id"], ["signals.id"], name=op.f("fk_copies_signal_id")),
        sa.PrimaryKeyConstraint("signal_id", name=op.f("pk_copies")),
    )
    op.create_index(op.f("ix_copies_account_id"), "copies", ["account_id"], unique=False)
    op.create_index(op.f("ix_copies_original_id"), "copies", ["original_id"], unique=False)
