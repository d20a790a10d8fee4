"""What remains when delivery details go, when each job was last done, and a way from a delivery to its call."""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "delivery_counts",
        sa.Column("broadcast_id", sa.Integer(), nullable=False),
        sa.Column("channel", sa.String(length=5), nullable=False),
        sa.Column("language", sa.String(length=8), nullable=False),
        sa.Column("state", sa.String(length=11), nullable=False),
        sa.Column("outcome", sa.String(length=9), nullable=False),
        sa.Column("n", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["broadcast_id"], ["broadcasts.id"], name=op.f("fk_delivery_counts_broadcast_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint(
            "broadcast_id", "channel", "language", "state", "outcome", name=op.f("pk_delivery_counts")
        ),
    )
    op.create_table(
        "heartbeats",
        sa.Column("name", sa.String(length=40), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_heartbeats")),
    )
    op.create_table(
        "erasures",
        sa.Column("site_id", sa.Integer(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["site_id"], ["sites.id"], name=op.f("fk_erasures_site_id")),
        sa.PrimaryKeyConstraint("site_id", name=op.f("pk_erasures")),
    )
    op.create_index(op.f("ix_calls_delivery_id"), "calls", ["delivery_id"], unique=False)


def downgrade() -> None:
    op.drop_index(op.f("ix_calls_delivery_id"), table_name="calls")
    op.drop_table("erasures")
    op.drop_table("heartbeats")
    op.drop_table("delivery_counts")
