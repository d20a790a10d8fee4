"""``alert``: a lead's own conversation in the terminal, for when their phone is not at hand. Nothing is bypassed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import click

from phonetree.cli.failing import Failed

if TYPE_CHECKING:
    from phonetree.app import House
    from phonetree.words.numbers import PhoneNumber

MOST_DIGITS = 3
RECEIVED = 4
"""The rank of a receipt that says delivered: what stands on the screen has arrived."""


@dataclass(frozen=True, slots=True)
class _Line:
    """The conversation of one lead with one school. ``since``: the last proposal before it began."""

    house: House
    lead: PhoneNumber
    number: PhoneNumber
    person_id: str
    since: int

    def text(self, words: str) -> None:
        """Say *words* as this lead and show what their phone would."""
        from phonetree.desk.conversations import answer
        from phonetree.desk.exchange import HeardText
        from phonetree.desk.receipts import Receipt, absorb
        from phonetree.models import State, new_id

        sid = f"CL{new_id()}"
        said = answer(self.house.database, self.house.means, HeardText(sid, self.lead, self.number, words))
        if said.attempt:
            absorb(self.house.database, self.house.means, Receipt(said.attempt, sid, RECEIVED, State.DELIVERED))
        click.echo(said.body)

    def is_asked(self) -> bool:
        from phonetree.models import Conversation, reading

        with reading(self.house.database) as session:
            conversation = session.get(Conversation, (self.person_id, "sms"))
            return conversation is not None and conversation.step is not None

    def is_approved(self) -> bool:
        """Whether this lead's code and PIN were right for something that was proposed here."""
        from sqlalchemy import select

        from phonetree.models import Approval, reading

        given = select(Approval.id).where(
            Approval.person_id == self.person_id, Approval.proposal_id > self.since, Approval.approved_at.is_not(None)
        )
        with reading(self.house.database) as session:
            return session.scalar(given.limit(1)) is not None


@click.command()
@click.option("--site", "code", required=True, metavar="CODE", help="The school.")
@click.option("--as", "phone", required=True, metavar="PHONE", help="The lead's phone; - reads it from standard input.")
@click.argument("digits", nargs=-1, metavar="[KIND [PLACE [LEVEL]]]")
def alert(code: str, phone: str, digits: tuple[str, ...]) -> None:
    """Send an alert as a lead: the same questions as by phone, the same preview, the same code and PIN.

    KIND, PLACE and LEVEL are the digits of ALERT; what is missing is asked. It sends when code and PIN are right, and
    on nothing else. What is typed as an answer does not show.
    """
    from phonetree.cli.opening import open_checked_house
    from phonetree.cli.typed import read_number, read_unseen

    if len(digits) > MOST_DIGITS or not all(len(digit) == 1 and digit in "0123456789" for digit in digits):
        raise click.UsageError("KIND, PLACE and LEVEL are one digit each.")
    line = _open_line(open_checked_house(), code, read_number((phone,)))
    line.text(" ".join(("ALERT", *digits)))
    while line.is_asked():
        line.text(read_unseen("answer"))
    if not line.is_approved():
        raise click.exceptions.Exit(1)


def _open_line(house: House, code: str, lead: PhoneNumber) -> _Line:
    from sqlalchemy import func, select

    from phonetree.cli.opening import site_called
    from phonetree.desk.people import LEAD, find_person, roles_at
    from phonetree.desk.schools import school_of
    from phonetree.models import Proposal, reading

    with reading(house.database) as session:
        site = site_called(session, code)
        person = find_person(session, house.means, site.sender, lead)
        if person is None or LEAD not in roles_at(person, site):
            raise Failed("this phone is no lead's at this school")
        since = session.scalar(select(func.max(Proposal.id))) or 0
        return _Line(house, lead, school_of(house.means, site).site.number, person.id, since)
