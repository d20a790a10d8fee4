"""Receipts as they come, before they are folded into the ledger; which writing of a conversation was read."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "kept_receipts",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("attempt", sa.String(length=32), nullable=False),
        sa.Column("sid", sa.String(length=34), nullable=False),
        sa.Column("rank", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=11), nullable=False),
        sa.Column("code", sa.Integer(), nullable=True),
        sa.Column("verdict", sa.String(length=13), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_kept_receipts")),
    )
    with op.batch_alter_table("conversations", schema=None) as batch_op:
        batch_op.add_column(sa.Column("turns", sa.Integer(), server_default="1", nullable=False))
    with op.batch_alter_table("conversations", schema=None) as batch_op:
        batch_op.alter_column("turns", server_default=None)


def downgrade() -> None:
    with op.batch_alter_table("conversations", schema=None) as batch_op:
        batch_op.drop_column("turns")
    op.drop_table("kept_receipts")
