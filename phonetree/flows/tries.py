"""A wrong code or PIN: nothing was sent, and the same is asked once more while tries are left."""

from __future__ import annotations

from phonetree.dialogue.context import Preview
from phonetree.dialogue.nodes import Ask, Step
from phonetree.words.i18n import Sentences, _


def asked_again(preview: Preview, tries_left: int, then: Step) -> Ask:
    if not preview.code:
        wrong = Sentences((_("NOT SENT. The code or the PIN was wrong."), _("Send 0: we call you for the PIN.")))
        return Ask(wrong, save="answer", then=then, secret=True)
    again = _(
        "NOT SENT. The code or the PIN was wrong. Tries left: {n}. Send: {code} then your PIN.",
        n=tries_left,
        code=preview.code,
    )
    return Ask(again, save="answer", then=then, secret=True)
