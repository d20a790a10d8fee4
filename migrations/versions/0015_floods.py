"""How much was answered, who joined how fast, what a day costs, and what left from our numbers that we did not send."""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None

IS_HELD = sa.text("held_number IS NOT NULL")

# Plain columns, each with a default or none at all: a table that is copied would take what hangs on it along.
ADDED = {
    "conversations": (
        sa.Column("heard_at", sa.BigInteger(), nullable=True),
        sa.Column("replies", sa.Integer(), server_default="0", nullable=False),
        sa.Column("menu_replies", sa.Integer(), server_default="0", nullable=False),
    ),
    "senders": (
        sa.Column("segments_per_day", sa.Integer(), nullable=True),
        sa.Column("daily_budget", sa.Double(), server_default="50", nullable=False),
        sa.Column("spent_on", sa.Integer(), server_default="0", nullable=False),
        sa.Column("segments_today", sa.Integer(), server_default="0", nullable=False),
        sa.Column("dollars_today", sa.Double(), server_default="0", nullable=False),
        sa.Column("budget_told_on", sa.Integer(), server_default="0", nullable=False),
        sa.Column("watched_until", sa.BigInteger(), nullable=True),
    ),
    "sites": (
        sa.Column("join_word", sa.String(length=16), nullable=True),
        sa.Column("join_hour", sa.Integer(), server_default="0", nullable=False),
        sa.Column("joins_in_hour", sa.Integer(), server_default="0", nullable=False),
        sa.Column("join_day", sa.Integer(), server_default="0", nullable=False),
        sa.Column("joins_in_day", sa.Integer(), server_default="0", nullable=False),
        sa.Column("joins_told", sa.Integer(), server_default="0", nullable=False),
        sa.Column("joins_told_at", sa.BigInteger(), nullable=True),
    ),
    "memberships": (sa.Column("held_number", sa.Integer(), nullable=True),),
}


def upgrade() -> None:
    for table, columns in ADDED.items():
        for column in columns:
            op.add_column(table, column)
    op.create_index("ix_sites_join_word", "sites", ["join_word"], unique=True)
    op.create_index(
        "ix_memberships_held", "memberships", ["site_id", "id"], sqlite_where=IS_HELD, postgresql_where=IS_HELD
    )
    op.create_table(
        "counters",
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("times", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_counters")),
    )
    op.create_table(
        "strange_texts",
        sa.Column("sid", sa.String(length=34), nullable=False),
        sa.Column("sender_id", sa.String(length=32), nullable=False),
        sa.Column("found_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["sender_id"], ["senders.id"], name=op.f("fk_strange_texts_sender_id")),
        sa.PrimaryKeyConstraint("sid", name=op.f("pk_strange_texts")),
    )
    with op.batch_alter_table("strange_texts", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_strange_texts_sender_id"), ["sender_id"], unique=False)


def downgrade() -> None:
    op.drop_table("strange_texts")
    op.drop_table("counters")
    op.drop_index("ix_memberships_held", table_name="memberships")
    op.drop_index("ix_sites_join_word", table_name="sites")
    for table, columns in ADDED.items():
        for column in columns:
            op.drop_column(table, column.name)
