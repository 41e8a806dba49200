"""People have versions as accounts have, and tickets keep when they were opened and closed."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from store.tables import Moment

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    op.create_table(
        "contact_versions",
        sa.Column("account_id", sa.String(), nullable=False),
        sa.Column("address", sa.String(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("known_at", Moment()),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("role", sa.String(), nullable=False),
        sa.Column("job_title", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name=op.f("fk_contact_versions_account_id")),
        sa.PrimaryKeyConstraint("account_id", "address", "number", name=op.f("pk_contact_versions")),
    )
    op.execute(
        "INSERT INTO contact_versions (account_id, address, number, name, role, job_title) "
        "SELECT account_id, address, 0, name, role, job_title FROM contacts"
    )
    op.create_table(
        "tickets",
        sa.Column("account_id", sa.String(), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("opened", Moment(), nullable=False),
        sa.Column("closed", Moment()),
        sa.Column("known_at", Moment()),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name=op.f("fk_tickets_account_id")),
        sa.PrimaryKeyConstraint("account_id", "key", "number", name=op.f("pk_tickets")),
    )
