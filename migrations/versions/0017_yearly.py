"""Who was asked, once a year, whether the phone is still theirs, and who answered."""

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "yearly_questions",
        sa.Column("person_id", sa.String(length=32), nullable=False),
        sa.Column("site_id", sa.Integer(), nullable=False),
        sa.Column("asked_at", sa.BigInteger(), nullable=False),
        sa.Column("times", sa.Integer(), nullable=False),
        sa.Column("answered_at", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(
            ["person_id"], ["people.id"], name=op.f("fk_yearly_questions_person_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["site_id"], ["sites.id"], name=op.f("fk_yearly_questions_site_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("person_id", name=op.f("pk_yearly_questions")),
    )
    with op.batch_alter_table("yearly_questions", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_yearly_questions_asked_at"), ["asked_at"], unique=False)
        batch_op.create_index(batch_op.f("ix_yearly_questions_site_id"), ["site_id"], unique=False)


def downgrade() -> None:
    op.drop_table("yearly_questions")
