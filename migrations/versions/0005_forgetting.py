"""How far sweeps have come; which rows of the ledger the provider still knows, and who has left, found at once."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

HAS_LEFT = sa.text("stopped_at IS NOT NULL")
IS_KNOWN = sa.text("sid IS NOT NULL")


def upgrade() -> None:
    op.create_table(
        "marks",
        sa.Column("name", sa.String(length=20), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_marks")),
    )
    op.create_index("ix_deliveries_known", "deliveries", ["final_at"], sqlite_where=IS_KNOWN, postgresql_where=IS_KNOWN)
    op.create_index("ix_people_left", "people", ["stopped_at"], sqlite_where=HAS_LEFT, postgresql_where=HAS_LEFT)


def downgrade() -> None:
    op.drop_index("ix_people_left", table_name="people")
    op.drop_index("ix_deliveries_known", table_name="deliveries")
    op.drop_table("marks")
