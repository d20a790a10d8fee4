"""In which letters somebody's texts come: of those whose phone shows boxes, in Latin ones."""

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("people", sa.Column("text_form", sa.String(length=6), nullable=False, server_default="native"))


def downgrade() -> None:
    with op.batch_alter_table("people", schema=None) as batch_op:
        batch_op.drop_column("text_form")
