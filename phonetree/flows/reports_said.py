"""How a report stands, for whoever asks, and what they hear once when it was decided: never who told it, nor where."""

from __future__ import annotations

from phonetree.dialogue.context import Context
from phonetree.dialogue.report_states import ReportStanding
from phonetree.flows import spoken_alerts
from phonetree.words.i18n import ByChannel, Moment, Sentences, Text, Word, _, say


def standing(context: Context, report: ReportStanding) -> list[Word]:
    """Being checked, or found not true. It is never over because time passed."""
    if report.state != "checking":
        return [_false(context, report)]
    written = _("{s}: A report is being checked since {t}.", s=context.short, t=report.since)
    said = Sentences((say("A report is being checked."), spoken_alerts.since_then(report.since)))
    checked = ByChannel(written, said)
    if report.is_old:
        return [checked, no_news_since(report.since)]
    return [checked, ByChannel(_("We do not know yet."), say("We do not know yet."))]


def _false(context: Context, report: ReportStanding) -> ByChannel:
    written = was_false(context.short, report.made)
    said = (say("A report was checked. It was not true."), say("The time: {time}.", time=report.made))
    return ByChannel(written, Sentences(said))


def no_news_since(at: Moment) -> ByChannel:
    return ByChannel(_("No news since {t}.", t=at), say("No news since: {time}.", time=at))


def was_false(short: str, at: Moment) -> Text:
    """For whoever asked while it was being checked, and whoever asks after that. *at*: when it was told."""
    return _("{s}: A report at {t} was checked: not true.", s=short, t=at)


def thanks(short: str, at: Moment) -> Text:
    """For whoever told it: thanked, and blamed for nothing."""
    return _("{s}: Thank you for your report at {t}. We checked and found no immigration agents.", s=short, t=at)


def network_confirms() -> ByChannel:
    """Who is the source."""
    confirms = say("The Rapid Response Network confirms it.")
    return ByChannel(_("The Rapid Response Network confirms it."), confirms)
