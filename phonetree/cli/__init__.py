"""The command line: what an operator and an organiser type. Exit codes: 0 done, 1 failed, 2 wrong usage."""

from __future__ import annotations

import click

from phonetree.cli.alert import alert
from phonetree.cli.audit import export_audit
from phonetree.cli.backup import backup, restore
from phonetree.cli.cap_key import cap_key
from phonetree.cli.cost import cost
from phonetree.cli.demo import demo
from phonetree.cli.doctor import doctor
from phonetree.cli.failing import Commands
from phonetree.cli.keys import keys
from phonetree.cli.languages import languages
from phonetree.cli.people import people
from phonetree.cli.poster import poster
from phonetree.cli.purge import purge
from phonetree.cli.register import register
from phonetree.cli.serving import migrate, serve, worker
from phonetree.cli.site import site
from phonetree.cli.talk import talk
from phonetree.cli.twilio_setup import twilio

__all__ = ["main"]

# click leaves a paragraph that begins with a backspace as it is written.
HELP = """A phone tree for schools, by text and by call.

\b
To look around, with no account and no key:
  phonetree demo            a whole story, played on this machine
  phonetree talk            a conversation in the terminal

\b
To set up a school:
  phonetree register FILE   what the carriers ask; begin with it, for it takes weeks
  phonetree keys new        put it into PHONETREE_KEYS
  phonetree site check FILE, then phonetree site load FILE
  phonetree people import FILE --site CODE
  phonetree people set-pin PHONE
  phonetree serve
  phonetree twilio setup    sets its number to this tree
  phonetree doctor          LIVE, or NOT LIVE and what to do
"""


@click.group(
    cls=Commands, help=HELP, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100}
)
def main() -> None:
    """Hold the commands together."""


for command in (
    demo,
    talk,
    serve,
    worker,
    migrate,
    site,
    people,
    register,
    poster,
    languages,
    cost,
    alert,
    keys,
    cap_key,
    export_audit,
    backup,
    restore,
    purge,
    twilio,
    doctor,
):
    main.add_command(command)
