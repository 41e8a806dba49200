"""Which documents' passages can be found by meaning."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    op.create_table(
        "indexed",
        sa.Column("document_id", sa.String(), nullable=False),
        sa.Column("index", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["document_id"], ["documents.id"], name="fk_indexed_document_id_documents"),
        sa.PrimaryKeyConstraint("document_id", name="pk_indexed"),
    )
