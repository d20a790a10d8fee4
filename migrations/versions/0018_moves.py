"""Phones that take another's place."""

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "moves",
        sa.Column("person_id", sa.String(length=32), nullable=False),
        sa.Column("sender_id", sa.String(length=32), nullable=False),
        sa.Column("code_sealed", sa.LargeBinary(), nullable=False),
        sa.Column("expires_at", sa.BigInteger(), nullable=False),
        sa.Column("to_id", sa.String(length=32), nullable=True),
        sa.Column("taken_at", sa.BigInteger(), nullable=True),
        sa.Column("agreed_by", sa.String(length=32), nullable=True),
        sa.Column("due_at", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(["agreed_by"], ["people.id"], name=op.f("fk_moves_agreed_by"), ondelete="SET NULL"),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_moves_person_id"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["sender_id"], ["senders.id"], name=op.f("fk_moves_sender_id")),
        sa.ForeignKeyConstraint(["to_id"], ["people.id"], name=op.f("fk_moves_to_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("person_id", name=op.f("pk_moves")),
    )
    with op.batch_alter_table("moves", schema=None) as batch_op:
        for column in ("sender_id", "to_id", "due_at"):
            batch_op.create_index(batch_op.f(f"ix_moves_{column}"), [column], unique=False)


def downgrade() -> None:
    op.drop_table("moves")
