"""Requests of every kind in one table: voicemail for the shift, aid, an answer from the lead."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

KEPT = "id, site_id, number, person_id, language, recording_id, taken_by, made_at, taken_at, done_at"


def upgrade() -> None:
    op.create_table(
        "requests",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("site_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=9), nullable=False),
        sa.Column("item", sa.String(length=40), nullable=False),
        sa.Column("taker_role", sa.String(length=10), nullable=False),
        sa.Column("person_id", sa.String(length=32), nullable=True),
        sa.Column("language", sa.String(length=8), nullable=False),
        sa.Column("recording_id", sa.String(length=32), nullable=True),
        sa.Column("taken_by", sa.String(length=32), nullable=True),
        sa.Column("needs_yes", sa.Boolean(), nullable=False),
        sa.Column("yes_by", sa.String(length=32), nullable=True),
        sa.Column("place", sa.String(length=40), nullable=False),
        sa.Column("muted_by_asker", sa.Boolean(), nullable=False),
        sa.Column("muted_by_taker", sa.Boolean(), nullable=False),
        sa.Column("made_at", sa.BigInteger(), nullable=False),
        sa.Column("told_at", sa.BigInteger(), nullable=True),
        sa.Column("escalated_at", sa.BigInteger(), nullable=True),
        sa.Column("expires_at", sa.BigInteger(), nullable=True),
        sa.Column("taken_at", sa.BigInteger(), nullable=True),
        sa.Column("done_at", sa.BigInteger(), nullable=True),
        sa.Column("outcome", sa.String(length=7), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_requests_person_id"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["site_id"], ["sites.id"], name=op.f("fk_requests_site_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_requests")),
    )
    with op.batch_alter_table("requests", schema=None) as batch_op:
        batch_op.create_index("ix_requests_person", ["person_id", "done_at"], unique=False)
        batch_op.create_index("ix_requests_taker", ["taken_by"], unique=False)
        batch_op.create_index(batch_op.f("ix_requests_site_id"), ["site_id"], unique=False)
    new = "kind, item, taker_role, needs_yes, place, muted_by_asker, muted_by_taker, outcome"
    none = "'voicemail', '', 'operator', {no}, '', {no}, {no}, ''"
    values = none.format(no="false" if op.get_bind().dialect.name == "postgresql" else "0")
    op.execute(f"INSERT INTO requests ({KEPT}, {new}) SELECT {KEPT}, {values} FROM call_requests")  # noqa: S608
    _go_on_counting("requests")
    with op.batch_alter_table("call_requests", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_call_requests_site_id"))
    op.drop_table("call_requests")


def downgrade() -> None:
    op.create_table(
        "call_requests",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("site_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.String(length=32), nullable=True),
        sa.Column("language", sa.String(length=8), nullable=False),
        sa.Column("recording_id", sa.String(length=32), nullable=True),
        sa.Column("taken_by", sa.String(length=32), nullable=True),
        sa.Column("made_at", sa.BigInteger(), nullable=False),
        sa.Column("taken_at", sa.BigInteger(), nullable=True),
        sa.Column("done_at", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(
            ["person_id"], ["people.id"], name=op.f("fk_call_requests_person_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["site_id"], ["sites.id"], name=op.f("fk_call_requests_site_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_call_requests")),
    )
    with op.batch_alter_table("call_requests", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_call_requests_site_id"), ["site_id"], unique=False)
    op.execute(
        f"INSERT INTO call_requests ({KEPT}) SELECT {KEPT} FROM requests WHERE kind = 'voicemail'"  # noqa: S608
    )
    _go_on_counting("call_requests")
    op.drop_table("requests")


def _go_on_counting(table: str) -> None:
    """PostgreSQL counts rows apart from the rows: go on after those that were copied."""
    if op.get_bind().dialect.name == "postgresql":
        op.execute(f"SELECT setval('{table}_id_seq', (SELECT coalesce(max(id), 0) + 1 FROM {table}), false)")  # noqa: S608
