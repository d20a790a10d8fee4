"""The record of what was done as a chain: each entry's place and link, where the chain begins and where it ends."""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("audit", sa.Column("place", sa.Integer(), nullable=True))
    op.add_column("audit", sa.Column("link", sa.LargeBinary(), nullable=True))
    op.add_column("audit", sa.Column("digest", sa.LargeBinary(), nullable=True))
    op.create_index("ix_audit_place", "audit", ["place"], unique=True)
    op.create_table(
        "audit_ends",
        sa.Column("name", sa.String(length=9), nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.Column("link", sa.LargeBinary(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_audit_ends")),
    )


def downgrade() -> None:
    op.drop_table("audit_ends")
    op.drop_index("ix_audit_place", table_name="audit")
    op.drop_column("audit", "digest")
    op.drop_column("audit", "link")
    op.drop_column("audit", "place")
