"""What the Rapid Response Network reports, the keys of those who report over HTTP, and what leads propose of it."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "cap_keys",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("site_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=1000), nullable=False),
        sa.Column("hashed", sa.LargeBinary(), nullable=False),
        sa.Column("made_at", sa.BigInteger(), nullable=False),
        sa.Column("revoked_at", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(["site_id"], ["sites.id"], name=op.f("fk_cap_keys_site_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_cap_keys")),
        sa.UniqueConstraint("hashed", name=op.f("uq_cap_keys_hashed")),
    )
    with op.batch_alter_table("cap_keys", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_cap_keys_site_id"), ["site_id"], unique=False)
    op.create_table(
        "network_alerts",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("site_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("channel", sa.String(length=4), nullable=False),
        sa.Column("person_id", sa.String(length=32), nullable=True),
        sa.Column("key_id", sa.Integer(), nullable=True),
        sa.Column("action", sa.String(length=8), nullable=False),
        sa.Column("kind", sa.String(length=1), nullable=False),
        sa.Column("place", sa.String(length=1), nullable=False),
        sa.Column("level", sa.String(length=6), nullable=False),
        sa.Column("words_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("state", sa.String(length=8), nullable=False),
        sa.Column("identity", sa.LargeBinary(), nullable=True),
        sa.Column("follows_id", sa.Integer(), nullable=True),
        sa.Column("alert_id", sa.Integer(), nullable=True),
        sa.Column("made_at", sa.BigInteger(), nullable=False),
        sa.Column("told_at", sa.BigInteger(), nullable=True),
        sa.Column("expires_at", sa.BigInteger(), nullable=False),
        sa.Column("ended_at", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(["alert_id"], ["alerts.id"], name=op.f("fk_network_alerts_alert_id")),
        sa.ForeignKeyConstraint(["follows_id"], ["network_alerts.id"], name=op.f("fk_network_alerts_follows_id")),
        sa.ForeignKeyConstraint(["key_id"], ["cap_keys.id"], name=op.f("fk_network_alerts_key_id")),
        sa.ForeignKeyConstraint(
            ["person_id"], ["people.id"], name=op.f("fk_network_alerts_person_id"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(["site_id"], ["sites.id"], name=op.f("fk_network_alerts_site_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_network_alerts")),
        sa.UniqueConstraint("site_id", "identity", name=op.f("uq_network_alerts_site_id_identity")),
    )
    with op.batch_alter_table("network_alerts", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_network_alerts_alert_id"), ["alert_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_network_alerts_person_id"), ["person_id"], unique=False)
        batch_op.create_index("ix_network_alerts_site_state", ["site_id", "state"], unique=False)
        batch_op.create_index("ix_network_alerts_key_made", ["key_id", "made_at"], unique=False)
    # Plain columns with a default: a table that is copied would take its approvals with it.
    op.add_column("proposals", sa.Column("network_alert_id", sa.Integer(), nullable=True))
    op.add_column("proposals", sa.Column("is_by_network", sa.Boolean(), server_default=sa.false(), nullable=False))


def downgrade() -> None:
    op.drop_column("proposals", "is_by_network")
    op.drop_column("proposals", "network_alert_id")
    op.drop_table("network_alerts")
    op.drop_table("cap_keys")
