"""Where each account stood each day, apart from the long explanation, for lists and charts; what it bought."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from store.tables import Structure

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    with op.batch_alter_table("accounts") as batch:
        batch.add_column(sa.Column("product", sa.String(), nullable=False, server_default=""))
    op.create_table(
        "standings",
        sa.Column("account_id", sa.String(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("points", sa.Integer(), nullable=False),
        sa.Column("low", sa.Integer(), nullable=False),
        sa.Column("high", sa.Integer(), nullable=False),
        sa.Column("coverage", sa.Integer(), nullable=False),
        sa.Column("band", sa.String(), nullable=False),
        sa.Column("computed", sa.String(), nullable=False),
        sa.Column("assessed", sa.String(), nullable=False),
        sa.Column("sentence", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name=op.f("fk_standings_account_id")),
        sa.PrimaryKeyConstraint("account_id", "day", name=op.f("pk_standings")),
    )
    op.create_index(op.f("ix_standings_day"), "standings", ["day"], unique=False)
    kept = sa.table(
        "snapshots",
        *(sa.column(name) for name in ("account_id", "points", "coverage", "band", "computed")),
        sa.column("day", sa.Date()),
        sa.column("explanation", Structure),
    )
    said = kept.c.explanation
    read = sa.select(
        kept.c.account_id,
        kept.c.day,
        kept.c.points,
        _tenths(said[("after", "low")].as_float()),
        _tenths(said[("after", "high")].as_float()),
        kept.c.coverage,
        kept.c.band,
        kept.c.computed,
        sa.func.coalesce(said[("overlay", "assessed")].as_string(), ""),
        sa.func.coalesce(said["sentence"].as_string(), ""),
    )
    names = ("account_id", "day", "points", "low", "high", "coverage", "band", "computed", "assessed", "sentence")
    into = sa.table("standings", *(sa.column(name) for name in names))
    op.get_bind().execute(into.insert().from_select(names, read))


def _tenths(points: sa.ColumnElement[float]) -> sa.ColumnElement[int]:
    return sa.cast(sa.func.round(sa.func.coalesce(points, 0) * 10), sa.Integer)
