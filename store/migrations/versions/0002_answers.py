"""Mails remember which earlier mails they name, so that a later import can join a conversation."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0002"
down_revision = "0001"

STRUCTURE = sa.JSON().with_variant(postgresql.JSONB(astext_type=sa.Text()), "postgresql")


def upgrade() -> None:
    with op.batch_alter_table("documents") as batch:
        batch.add_column(sa.Column("answers", STRUCTURE, nullable=False, server_default="[]"))
    documents = sa.table(
        "documents", sa.column("id"), sa.column("key"), sa.column("thread"), sa.column("answers", STRUCTURE)
    )
    connection = op.get_bind()
    named = sa.select(documents.c.id, documents.c.thread).where(
        documents.c.thread != documents.c.key, documents.c.thread.like("mail:%")
    )
    rows = [{"mail": name, "first": [thread]} for name, thread in connection.execute(named)]
    if rows:
        change = sa.update(documents).where(documents.c.id == sa.bindparam("mail"))
        connection.execute(change.values(answers=sa.bindparam("first", type_=STRUCTURE)), rows)
