"""Posts to group chats."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "relay_posts",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("site_id", sa.Integer(), nullable=False),
        sa.Column("broadcast_id", sa.Integer(), nullable=False),
        sa.Column("alert_id", sa.Integer(), nullable=False),
        sa.Column("relay", sa.String(), nullable=False),
        sa.Column("body_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("state", sa.String(length=9), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("doubts", sa.Integer(), nullable=False),
        sa.Column("not_before", sa.BigInteger(), nullable=True),
        sa.Column("lease_until", sa.BigInteger(), nullable=True),
        sa.Column("expires_at", sa.BigInteger(), nullable=False),
        sa.Column("trouble", sa.String(length=14), nullable=False),
        sa.Column("told_at", sa.BigInteger(), nullable=True),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("done_at", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(["alert_id"], ["alerts.id"], name=op.f("fk_relay_posts_alert_id")),
        sa.ForeignKeyConstraint(
            ["broadcast_id"], ["broadcasts.id"], name=op.f("fk_relay_posts_broadcast_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["site_id"], ["sites.id"], name=op.f("fk_relay_posts_site_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_relay_posts")),
        sa.UniqueConstraint("broadcast_id", "relay", name=op.f("uq_relay_posts_broadcast_id_relay")),
    )
    with op.batch_alter_table("relay_posts", schema=None) as batch_op:
        batch_op.create_index("ix_relay_posts_queue", ["state", "id"], unique=False)
        batch_op.create_index("ix_relay_posts_order", ["alert_id", "relay", "id"], unique=False)


def downgrade() -> None:
    op.drop_table("relay_posts")
