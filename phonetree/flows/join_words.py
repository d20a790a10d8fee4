"""What one agrees to by joining, and what one reads when one is on the list."""

from __future__ import annotations

from phonetree.dialogue.context import Context
from phonetree.school.schema import School
from phonetree.words.i18n import Text, Word, _, say


def agreement(context: Context) -> tuple[Word, ...]:
    """What one agrees to, sentence by sentence: the same as in the text."""
    site = context.school.site
    return (
        say("It is run by {run_by}.", clip="run-by", run_by=site.run_by),
        say("You get safety alerts for {name}, and practice drills.", clip="alerts-and-drills", name=site.name),
        say("They come as texts, or as a recorded call if a text fails."),
        say("Message and data rates may apply."),
        say("You can leave at any time."),
    )


def on_the_list(school: School) -> Text:
    """The second of the two texts of joining; also to whom a lead let in."""
    return _(
        "{s}: You are on the list. About {n} texts a month. Send LANG for another language, HELP for help, "
        "STOP to leave.",
        s=school.site.short,
        n=school.site.messages_per_month,
    )
