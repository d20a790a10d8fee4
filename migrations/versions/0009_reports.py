"""Reports with a state of their own, who waits to hear of them, and by whom an alert is confirmed."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "reports",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("site_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.String(length=32), nullable=True),
        sa.Column("seen_self", sa.Boolean(), nullable=True),
        sa.Column("words_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("recording_id", sa.String(length=32), nullable=True),
        sa.Column("state", sa.String(length=9), nullable=False),
        sa.Column("state_at", sa.BigInteger(), nullable=False),
        sa.Column("checked_by", sa.String(length=32), nullable=True),
        sa.Column("network_at", sa.BigInteger(), nullable=True),
        sa.Column("alert_id", sa.Integer(), nullable=True),
        sa.Column("is_kept_back", sa.Boolean(), nullable=False),
        sa.Column("told_at", sa.BigInteger(), nullable=True),
        sa.Column("made_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["alert_id"], ["alerts.id"], name=op.f("fk_reports_alert_id")),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_reports_person_id"), ondelete="SET NULL"),
        sa.ForeignKeyConstraint(["site_id"], ["sites.id"], name=op.f("fk_reports_site_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reports")),
    )
    with op.batch_alter_table("reports", schema=None) as batch_op:
        batch_op.create_index("ix_reports_site", ["site_id", "state", "state_at"], unique=False)
        batch_op.create_index(batch_op.f("ix_reports_person_id"), ["person_id"], unique=False)
    _create_who_waits()
    # Not in batches: those make a table anew, and what refers to it goes with the old one.
    for table in ("alerts", "proposals"):
        op.add_column(table, sa.Column("source", sa.String(length=7), nullable=False, server_default=""))
    op.add_column("proposals", sa.Column("report_id", sa.Integer(), nullable=True))


def _create_who_waits() -> None:
    op.create_table(
        "report_askers",
        sa.Column("report_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.String(length=32), nullable=False),
        sa.Column("asked_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["report_id"], ["reports.id"], name=op.f("fk_report_askers_report_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["people.id"], name=op.f("fk_report_askers_person_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("report_id", "person_id", name=op.f("pk_report_askers")),
    )
    with op.batch_alter_table("report_askers", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_report_askers_person_id"), ["person_id"], unique=False)
    op.create_table(
        "reporter_mutes",
        sa.Column("site_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.String(length=32), nullable=False),
        sa.Column("until", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["site_id"], ["sites.id"], name=op.f("fk_reporter_mutes_site_id")),
        sa.ForeignKeyConstraint(
            ["person_id"], ["people.id"], name=op.f("fk_reporter_mutes_person_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("site_id", "person_id", name=op.f("pk_reporter_mutes")),
    )
    with op.batch_alter_table("reporter_mutes", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_reporter_mutes_person_id"), ["person_id"], unique=False)


def downgrade() -> None:
    op.drop_column("proposals", "report_id")
    for table in ("proposals", "alerts"):
        op.drop_column(table, "source")
    op.drop_table("reporter_mutes")
    op.drop_table("report_askers")
    op.drop_table("reports")
