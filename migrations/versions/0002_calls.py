"""Calls: who speaks with whom, who waits, who is on duty, what was recorded."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "call_requests",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("site_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.String(length=32), nullable=True),
        sa.Column("language", sa.String(length=8), nullable=False),
        sa.Column("recording_id", sa.String(length=32), nullable=True),
        sa.Column("taken_by", sa.String(length=32), nullable=True),
        sa.Column("made_at", sa.BigInteger(), nullable=False),
        sa.Column("taken_at", sa.BigInteger(), nullable=True),
        sa.Column("done_at", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(
            ["person_id"], ["people.id"], name=op.f("fk_call_requests_person_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["site_id"], ["sites.id"], name=op.f("fk_call_requests_site_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_call_requests")),
    )
    with op.batch_alter_table("call_requests", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_call_requests_site_id"), ["site_id"], unique=False)

    op.create_table(
        "clips",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("sender_id", sa.String(length=32), nullable=False),
        sa.Column("site_id", sa.Integer(), nullable=True),
        sa.Column("language", sa.String(length=8), nullable=False),
        sa.Column("key", sa.String(length=80), nullable=False),
        sa.Column("state", sa.String(length=8), nullable=False),
        sa.Column("recorded_by", sa.String(length=32), nullable=True),
        sa.Column("approved_by", sa.String(length=32), nullable=True),
        sa.Column("invited_by", sa.String(length=32), nullable=True),
        sa.Column("seconds", sa.Double(), nullable=False),
        sa.Column("sound_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("made_at", sa.BigInteger(), nullable=False),
        sa.Column("decided_at", sa.BigInteger(), nullable=True),
        sa.Column("heard_at", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(["sender_id"], ["senders.id"], name=op.f("fk_clips_sender_id")),
        sa.ForeignKeyConstraint(["site_id"], ["sites.id"], name=op.f("fk_clips_site_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_clips")),
    )
    with op.batch_alter_table("clips", schema=None) as batch_op:
        batch_op.create_index("ix_clips_sentence", ["sender_id", "language", "state"], unique=False)

    op.create_table(
        "duties",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("site_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.String(length=32), nullable=False),
        sa.Column("began_at", sa.BigInteger(), nullable=False),
        sa.Column("until", sa.BigInteger(), nullable=False),
        sa.Column("ended_at", sa.BigInteger(), nullable=True),
        sa.Column("unanswered", sa.Integer(), nullable=False),
        sa.Column("last_caller_id", sa.String(length=32), nullable=True),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_duties_person_id"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["site_id"], ["sites.id"], name=op.f("fk_duties_site_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_duties")),
        sa.UniqueConstraint("site_id", "person_id", name=op.f("uq_duties_site_id_person_id")),
    )
    with op.batch_alter_table("duties", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_duties_site_id"), ["site_id"], unique=False)

    op.create_table(
        "mutes",
        sa.Column("site_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.String(length=32), nullable=False),
        sa.Column("until", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_mutes_person_id"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["site_id"], ["sites.id"], name=op.f("fk_mutes_site_id")),
        sa.PrimaryKeyConstraint("site_id", "person_id", name=op.f("pk_mutes")),
    )
    op.create_table(
        "recording_codes",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("site_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.String(length=32), nullable=False),
        sa.Column("language", sa.String(length=8), nullable=False),
        sa.Column("code_sealed", sa.LargeBinary(), nullable=False),
        sa.Column("given_by", sa.String(length=32), nullable=False),
        sa.Column("wrong", sa.Integer(), nullable=False),
        sa.Column("expires_at", sa.BigInteger(), nullable=False),
        sa.Column("used_at", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(
            ["person_id"], ["people.id"], name=op.f("fk_recording_codes_person_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["site_id"], ["sites.id"], name=op.f("fk_recording_codes_site_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_recording_codes")),
    )
    with op.batch_alter_table("recording_codes", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_recording_codes_person_id"), ["person_id"], unique=False)

    op.create_table(
        "recordings",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("call_id", sa.String(length=34), nullable=True),
        sa.Column("sid", sa.String(length=34), nullable=False),
        sa.Column("purpose", sa.String(length=9), nullable=False),
        sa.Column("sender_id", sa.String(length=32), nullable=False),
        sa.Column("site_id", sa.Integer(), nullable=True),
        sa.Column("person_id", sa.String(length=32), nullable=True),
        sa.Column("number", sa.Integer(), nullable=True),
        sa.Column("seconds", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=7), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("ask_at", sa.BigInteger(), nullable=False),
        sa.Column("sound_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("made_at", sa.BigInteger(), nullable=False),
        sa.Column("handled_at", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_recordings_person_id"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["sender_id"], ["senders.id"], name=op.f("fk_recordings_sender_id")),
        sa.ForeignKeyConstraint(["site_id"], ["sites.id"], name=op.f("fk_recordings_site_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_recordings")),
        sa.UniqueConstraint("sid", name=op.f("uq_recordings_sid")),
    )
    with op.batch_alter_table("recordings", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_recordings_call_id"), ["call_id"], unique=False)
        batch_op.create_index("ix_recordings_due", ["state", "ask_at"], unique=False)
        batch_op.create_index(batch_op.f("ix_recordings_person_id"), ["person_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_recordings_site_id"), ["site_id"], unique=False)

    op.create_table(
        "family_tasks",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("alert_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.String(length=32), nullable=False),
        sa.Column("staff_id", sa.String(length=32), nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.Column("outcome", sa.String(length=9), nullable=False),
        sa.Column("dialled_at", sa.BigInteger(), nullable=True),
        sa.Column("made_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["alert_id"], ["alerts.id"], name=op.f("fk_family_tasks_alert_id")),
        sa.ForeignKeyConstraint(
            ["person_id"], ["people.id"], name=op.f("fk_family_tasks_person_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["staff_id"], ["people.id"], name=op.f("fk_family_tasks_staff_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_family_tasks")),
        sa.UniqueConstraint("alert_id", "person_id", name=op.f("uq_family_tasks_alert_id_person_id")),
    )
    with op.batch_alter_table("family_tasks", schema=None) as batch_op:
        batch_op.create_index("ix_family_tasks_staff", ["staff_id", "outcome"], unique=False)

    op.create_table(
        "calls",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("sid", sa.String(length=34), nullable=False),
        sa.Column("sender_id", sa.String(length=32), nullable=False),
        sa.Column("site_id", sa.Integer(), nullable=True),
        sa.Column("person_id", sa.String(length=32), nullable=True),
        sa.Column("delivery_id", sa.Integer(), nullable=True),
        sa.Column("language", sa.String(length=8), nullable=False),
        sa.Column("is_machine", sa.Boolean(), nullable=False),
        sa.Column("step", sa.String(length=60), nullable=True),
        sa.Column("answers_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("misses", sa.Integer(), nullable=False),
        sa.Column("turn", sa.Integer(), nullable=False),
        sa.Column("at_hand", sa.String(length=120), nullable=True),
        sa.Column("began_at", sa.BigInteger(), nullable=False),
        sa.Column("updated_at", sa.BigInteger(), nullable=False),
        sa.Column("ended_at", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(
            ["delivery_id"], ["deliveries.id"], name=op.f("fk_calls_delivery_id"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_calls_person_id"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["sender_id"], ["senders.id"], name=op.f("fk_calls_sender_id")),
        sa.ForeignKeyConstraint(["site_id"], ["sites.id"], name=op.f("fk_calls_site_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_calls")),
        sa.UniqueConstraint("sid", name=op.f("uq_calls_sid")),
    )
    with op.batch_alter_table("calls", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_calls_began_at"), ["began_at"], unique=False)
        batch_op.create_index(batch_op.f("ix_calls_person_id"), ["person_id"], unique=False)

    op.create_table(
        "hunts",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("site_id", sa.Integer(), nullable=False),
        sa.Column("call_id", sa.String(length=32), nullable=False),
        sa.Column("person_id", sa.String(length=32), nullable=True),
        sa.Column("language", sa.String(length=8), nullable=False),
        sa.Column("state", sa.String(length=8), nullable=False),
        sa.Column("taken_by", sa.String(length=32), nullable=True),
        sa.Column("rung", sa.Integer(), nullable=False),
        sa.Column("began_at", sa.BigInteger(), nullable=False),
        sa.Column("until", sa.BigInteger(), nullable=False),
        sa.Column("ended_at", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(["call_id"], ["calls.id"], name=op.f("fk_hunts_call_id"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_hunts_person_id"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["site_id"], ["sites.id"], name=op.f("fk_hunts_site_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_hunts")),
    )
    with op.batch_alter_table("hunts", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_hunts_call_id"), ["call_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_hunts_site_id"), ["site_id"], unique=False)

    with op.batch_alter_table("deliveries", schema=None) as batch_op:
        batch_op.add_column(sa.Column("begins", sa.String(length=60), nullable=False, server_default=""))
        batch_op.add_column(sa.Column("matter", sa.String(length=32), nullable=True))
        batch_op.add_column(sa.Column("outcome", sa.String(length=9), nullable=False, server_default=""))
        batch_op.add_column(sa.Column("is_to_end", sa.Boolean(), nullable=False, server_default=sa.false()))
        batch_op.add_column(sa.Column("looks", sa.Integer(), nullable=False, server_default="0"))
        batch_op.add_column(sa.Column("repeats", sa.Integer(), nullable=False, server_default="0"))
        batch_op.create_index(batch_op.f("ix_deliveries_matter"), ["matter"], unique=False)

    with op.batch_alter_table("notes", schema=None) as batch_op:
        batch_op.add_column(sa.Column("recording_id", sa.String(length=32), nullable=True))
        batch_op.alter_column("person_id", existing_type=sa.VARCHAR(length=32), nullable=True)
        batch_op.alter_column(
            "topic", existing_type=sa.VARCHAR(length=8), type_=sa.String(length=9), existing_nullable=False
        )

    with op.batch_alter_table("pin_attempts", schema=None) as batch_op:
        batch_op.add_column(sa.Column("call_id", sa.String(length=32), nullable=True))
        batch_op.alter_column(
            "heard_sid", existing_type=sa.VARCHAR(length=34), type_=sa.String(length=40), existing_nullable=False
        )
        batch_op.create_index(batch_op.f("ix_pin_attempts_call_id"), ["call_id"], unique=False)

    with op.batch_alter_table("senders", schema=None) as batch_op:
        batch_op.add_column(sa.Column("calls_per_second", sa.Double(), nullable=False, server_default="1"))
        batch_op.add_column(sa.Column("call_tokens", sa.Double(), nullable=False, server_default="1"))
        batch_op.add_column(sa.Column("calls_refilled_at", sa.BigInteger(), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table("senders", schema=None) as batch_op:
        batch_op.drop_column("calls_refilled_at")
        batch_op.drop_column("call_tokens")
        batch_op.drop_column("calls_per_second")

    with op.batch_alter_table("pin_attempts", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_pin_attempts_call_id"))
        batch_op.alter_column(
            "heard_sid", existing_type=sa.String(length=40), type_=sa.VARCHAR(length=34), existing_nullable=False
        )
        batch_op.drop_column("call_id")

    with op.batch_alter_table("notes", schema=None) as batch_op:
        batch_op.alter_column(
            "topic", existing_type=sa.String(length=9), type_=sa.VARCHAR(length=8), existing_nullable=False
        )
        batch_op.alter_column("person_id", existing_type=sa.VARCHAR(length=32), nullable=False)
        batch_op.drop_column("recording_id")

    with op.batch_alter_table("deliveries", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_deliveries_matter"))
        batch_op.drop_column("repeats")
        batch_op.drop_column("looks")
        batch_op.drop_column("is_to_end")
        batch_op.drop_column("outcome")
        batch_op.drop_column("matter")
        batch_op.drop_column("begins")

    with op.batch_alter_table("hunts", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_hunts_site_id"))
        batch_op.drop_index(batch_op.f("ix_hunts_call_id"))

    op.drop_table("hunts")
    with op.batch_alter_table("calls", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_calls_person_id"))
        batch_op.drop_index(batch_op.f("ix_calls_began_at"))

    op.drop_table("calls")
    with op.batch_alter_table("family_tasks", schema=None) as batch_op:
        batch_op.drop_index("ix_family_tasks_staff")

    op.drop_table("family_tasks")
    with op.batch_alter_table("recordings", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_recordings_site_id"))
        batch_op.drop_index(batch_op.f("ix_recordings_person_id"))
        batch_op.drop_index("ix_recordings_due")
        batch_op.drop_index(batch_op.f("ix_recordings_call_id"))

    op.drop_table("recordings")
    with op.batch_alter_table("recording_codes", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_recording_codes_person_id"))

    op.drop_table("recording_codes")
    op.drop_table("mutes")
    with op.batch_alter_table("duties", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_duties_site_id"))

    op.drop_table("duties")
    with op.batch_alter_table("clips", schema=None) as batch_op:
        batch_op.drop_index("ix_clips_sentence")

    op.drop_table("clips")
    with op.batch_alter_table("call_requests", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_call_requests_site_id"))

    op.drop_table("call_requests")
