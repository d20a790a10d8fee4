"""Whom and what a text is about: which school on a shared number, which language, before anybody has said so."""

from __future__ import annotations

from sqlalchemy.orm import Session

from phonetree.desk import schools
from phonetree.desk.exchange import Exchange
from phonetree.dialogue.folding import cut
from phonetree.dialogue.keywords import Command, Either, Meaning, Said, Unknown
from phonetree.models import Site
from phonetree.words.languages import language_of_script


def possible_sites(x: Exchange) -> list[Site]:
    """The schools that this conversation may be about: the person's own, else all on the number."""
    own = {m.site_id for m in x.person.memberships}
    return [site for site in x.sender.sites if site.id in own] or list(x.sender.sites)


def choose_school(session: Session, x: Exchange) -> None:
    sites = possible_sites(x)
    if len(sites) == 1:
        x.choose(sites[0])
    elif x.call is None and x.conversation.site_id is not None and x.conversation.step:
        x.choose(session.get(Site, x.conversation.site_id))


def recognise(session: Session, x: Exchange, meaning: Meaning) -> Meaning:
    """Learn what the words give away; a school's code alone is a wish to join it."""
    if isinstance(meaning, Either):
        meaning = _in_languages_here(x, meaning)
    if isinstance(meaning, Said):
        _learn_language(x, meaning.language)
        _school_in_words(session, x, meaning)
    elif word := _code(session, x):
        return Said(Command.JOIN, arguments=word)
    elif isinstance(meaning, Unknown) and (item := _item_in_words(x)):
        return Said(Command.AID, item=item)
    return meaning


def _item_in_words(x: Exchange) -> str:
    """The key of the aid that the school's own file calls so, in any language."""
    words = cut(x.heard.words).folded
    named = ((item.key, name) for item in schools.school_of(x.means, x.site).aid for name in item.name.values())
    return next((key for key, name in named if words and cut(name).folded == words), "")


def _in_languages_here(x: Exchange, meaning: Either) -> Meaning:
    """AYUDA is asked about only where a language of the school has another meaning for it."""
    offered = schools.school_of(x.means, x.site).site.languages
    meant = [one for one in meaning.commands if one.language is None or one.language in offered]
    is_clear = len(meaning.commands) > 1 and len(meant) == 1 and isinstance(meant[0], Said)
    return meant[0] if is_clear else meaning


def _school_in_words(session: Session, x: Exchange, said: Said) -> None:
    if said.command is Command.JOIN and said.arguments:
        x.choose(schools.find_to_join(session, said.arguments))


def _code(session: Session, x: Exchange) -> str:
    """The word to join a school, or its code, alone is a wish to join it."""
    word = x.heard.words.strip().strip(".!\"'").upper()
    if not any(word in (site.code, site.join_word) for site in x.sender.sites):
        return ""
    x.choose(schools.find_to_join(session, word))
    return word


def _learn_language(x: Exchange, spoken: str | None) -> None:
    """The language of the word, else of its script, tells the language of a person we do not know yet."""
    found = spoken or language_of_script(x.heard.words)
    offered = schools.school_of(x.means, x.site).site.languages
    # Set only where it is another one: who is not on the list would else be taken anew under lock, and seen to be.
    if not x.person.language_is_chosen and found in offered and found != x.person.language:
        x.person.language = found
