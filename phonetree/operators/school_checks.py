"""What ``doctor`` looks at in each school: who could send an alert, the plan, the budget, words and recordings."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from phonetree.desk import freezing, spending
from phonetree.desk.alert_texts import local
from phonetree.desk.clips import ClipStore
from phonetree.desk.coverage import Coverage, Meter
from phonetree.desk.means import Means
from phonetree.desk.people import leads_of
from phonetree.desk.schools import school_of
from phonetree.flows.prompts import PROMPTS
from phonetree.models import Pin, Sender, Site, reading
from phonetree.operators.findings import Finding, fine, stops, warns
from phonetree.school.schema import School
from phonetree.words.languages import LANGUAGES

NEARLY = 0.8
"""The part of a day's budget at which it is told."""


def schools(engine: Engine, means: Means) -> Iterator[Finding]:
    """Everything about every school that is loaded."""
    with reading(engine) as session:
        sites = session.scalars(select(Site).order_by(Site.code)).all()
        if not sites:
            yield stops("school", "No school is loaded.", "Run `phonetree site load FILE`.")
        for site in sites:
            school = school_of(means, site)
            yield from _leads(session, site)
            yield from _voice(session, site)
            yield from _plan(means, site, school)
            yield from _languages(session, site, school)
        for sender in session.scalars(select(Sender).order_by(Sender.id)):
            yield from _budget(means, sender)


def _leads(session: Session, site: Site) -> Iterator[Finding]:
    leads = leads_of(session, site)
    with_pin = [lead for lead in leads if session.get(Pin, lead.id) is not None]
    if not with_pin:
        what = f"{site.code}: no lead has a PIN, so nobody can send an alert."
        yield stops("leads", what, "Import a lead, then run `phonetree people set-pin -`.")
    elif len(with_pin) == 1:
        what = f"{site.code}: only one lead has a PIN; without that phone nobody can send an alert."
        yield warns("leads", what, "Import a second lead, and set a PIN.")
    else:
        yield fine("leads", f"{site.code}: {len(with_pin)} leads have a PIN.")


def _voice(session: Session, site: Site) -> Iterator[Finding]:
    freeze = freezing.standing_at(session, site)
    if freeze is not None:
        what = f"{site.code}: the voice is frozen until {freeze.until:%Y-%m-%d %H:%M} UTC; no alert goes out."
        remedy = (
            "See why in the leads' texts (docs/runbook.md, strangers). It ends by itself, or by two leads with THAW."
        )
        yield stops("frozen", what, remedy)


def _plan(means: Means, site: Site, school: School) -> Iterator[Finding]:
    plan, today = school.plan, local(school, means.now()).date()
    if plan is None:
        what = f"{site.code}: no safety plan is loaded; PLAN has nothing to say."
        yield warns("plan", what, "Write [plan] into the school's file and load it.")
    elif plan.review_by < today:
        what = f"{site.code}: the plan's review was due on {plan.review_by}."
        yield warns("plan", what, "When the council has reviewed it, load the file with its new version or date.")
    else:
        yield fine("plan", f"{site.code}: the plan is to be reviewed by {plan.review_by}.")


def _languages(session: Session, site: Site, school: School) -> Iterator[Finding]:
    default = school.site.languages[0]
    meter = Meter(PROMPTS, ClipStore(session, site), default=default)
    covered = [meter.measure(language) for language in school.site.languages]
    missing = [_named(each) for each in covered if lacks_words(each)]
    if missing:
        what = f"{site.code}: not all is translated into {_listed(missing)}; the rest comes in another language."
        yield warns("translations-missing", what, "See `phonetree languages --site`, and CONTRIBUTING.md.")
    unreviewed = [_named(each) for each in covered if each.texts.drafted or each.calls.drafted]
    if unreviewed:
        what = f"{site.code}: no speaker has reviewed all words in {_listed(unreviewed)}."
        yield warns("translations", what, "Let a speaker read them; CONTRIBUTING.md says how that is noted.")
    silent = [each for each in covered if not each.has_voice and each.recorded < each.prompts]
    for each in silent:
        what = f"{site.code}: {each.recorded} of {each.prompts} sentences are recorded in {_named(each)}."
        yield warns("recordings", what, "A lead texts RECORD and an interpreter's phone; the rest is heard in another.")
    if not (missing or unreviewed or silent):
        yield fine("languages", f"{site.code}: every language is translated, reviewed and heard.")


def lacks_words(each: Coverage) -> bool:
    """What is never written in a language, or has no voice to say it in, is not missing."""
    is_unwritten = LANGUAGES[each.language].has_text and each.texts.done < each.texts.total
    return is_unwritten or (each.has_voice and each.calls.done < each.calls.total)


def _named(coverage: Coverage) -> str:
    return LANGUAGES[coverage.language].english_name


def _listed(names: Sequence[str]) -> str:
    return " and ".join(filter(None, (", ".join(names[:-1]), names[-1])))


def _budget(means: Means, sender: Sender) -> Iterator[Finding]:
    """Alerts keep a part of it for themselves; answers stop at half."""
    codes = ", ".join(site.code for site in sender.sites)
    is_today = sender.spent_on == spending.day_of(means.now())
    spent = sender.dollars_today if is_today else 0.0
    segments = sender.segments_today if is_today else 0
    what = f"{codes}: {spent:.2f} of {sender.daily_budget:.2f} dollars are spent today."
    over = spent >= sender.daily_budget * NEARLY
    if sender.segments_per_day is not None and segments >= sender.segments_per_day * NEARLY:
        over, what = True, f"{codes}: {segments:,} of {sender.segments_per_day:,} segments are used today."
    if over:
        remedy = "Alerts go on. Answers wait until midnight Pacific time, or until the file allows more a day."
        yield warns("budget", what, remedy)
    else:
        yield fine("budget", what)
