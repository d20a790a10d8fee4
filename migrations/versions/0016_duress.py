"""A second PIN for a lead under duress, and what that lead's phone is shown."""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None

# Plain columns, each with a default or none at all: a table that is copied would take what hangs on it along.
ADDED: dict[str, tuple[sa.Column[Any], ...]] = {
    "pins": (sa.Column("duress_hashed", sa.String(length=200), nullable=True),),
    "pin_attempts": (sa.Column("is_duress", sa.Boolean(), server_default=sa.false(), nullable=False),),
    "proposals": (
        sa.Column("follows_pretence_id", sa.Integer(), nullable=True),
        sa.Column("of_pretence_id", sa.Integer(), nullable=True),
    ),
}


def upgrade() -> None:
    for table, columns in ADDED.items():
        for column in columns:
            op.add_column(table, column)
    op.create_table(
        "pretences",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("site_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.String(length=32), nullable=False),
        sa.Column("proposal_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=True),
        sa.Column("action", sa.String(length=8), nullable=False),
        sa.Column("kind", sa.String(length=1), nullable=False),
        sa.Column("place", sa.String(length=1), nullable=False),
        sa.Column("level", sa.String(length=6), nullable=False),
        sa.Column("alert_id", sa.Integer(), nullable=True),
        sa.Column("follows_id", sa.Integer(), nullable=True),
        sa.Column("reaches_families", sa.Boolean(), nullable=False),
        sa.Column("phones", sa.Integer(), nullable=False),
        sa.Column("calls", sa.Integer(), nullable=False),
        sa.Column("opened_at", sa.BigInteger(), nullable=False),
        sa.Column("began_at", sa.BigInteger(), nullable=True),
        sa.Column("paused_at", sa.BigInteger(), nullable=True),
        sa.Column("handed_over_by", sa.BigInteger(), nullable=True),
        sa.Column("own_copy_at", sa.BigInteger(), nullable=True),
        sa.Column("next_due_at", sa.BigInteger(), nullable=True),
        sa.Column("prompted_at", sa.BigInteger(), nullable=True),
        sa.Column("told_handed_over_at", sa.BigInteger(), nullable=True),
        sa.Column("told_delivered_at", sa.BigInteger(), nullable=True),
        sa.Column("released_at", sa.BigInteger(), nullable=True),
        sa.Column("released_number", sa.Integer(), nullable=True),
        sa.Column("ended_at", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_pretences_person_id"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["site_id"], ["sites.id"], name=op.f("fk_pretences_site_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_pretences")),
        sa.UniqueConstraint("proposal_id", name=op.f("uq_pretences_proposal_id")),
    )
    op.create_index(op.f("ix_pretences_site_id"), "pretences", ["site_id"], unique=False)
    op.create_index(op.f("ix_pretences_person_id"), "pretences", ["person_id"], unique=False)


def downgrade() -> None:
    op.drop_table("pretences")
    for table, columns in ADDED.items():
        for column in columns:
            op.drop_column(table, column.name)
