"""Who may send: a school's voice frozen and thawed, a lead removed, and wrong answers found by their time."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "freezes",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("site_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.String(length=32), nullable=True),
        sa.Column("why", sa.String(length=8), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("until", sa.BigInteger(), nullable=False),
        sa.Column("ended_at", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_freezes_person_id"), ondelete="SET NULL"),
        sa.ForeignKeyConstraint(["site_id"], ["sites.id"], name=op.f("fk_freezes_site_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_freezes")),
    )
    with op.batch_alter_table("freezes", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_freezes_site_id"), ["site_id"], unique=False)
    op.create_table(
        "thaws",
        sa.Column("freeze_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.String(length=32), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["freeze_id"], ["freezes.id"], name=op.f("fk_thaws_freeze_id"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_thaws_person_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("freeze_id", "person_id", name=op.f("pk_thaws")),
    )
    # Plain columns and indexes: a table that is copied would take its approvals with it.
    op.add_column("proposals", sa.Column("about_id", sa.String(length=32), nullable=True))
    op.add_column("pins", sa.Column("texted_at", sa.BigInteger(), nullable=True))
    op.create_index(op.f("ix_pin_attempts_at"), "pin_attempts", ["at"], unique=False)


def downgrade() -> None:
    op.drop_index(op.f("ix_pin_attempts_at"), table_name="pin_attempts")
    op.drop_column("pins", "texted_at")
    op.drop_column("proposals", "about_id")
    op.drop_table("thaws")
    op.drop_table("freezes")
