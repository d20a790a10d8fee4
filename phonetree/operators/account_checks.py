"""What ``doctor`` asks of the provider: is the account in order, are the numbers registered and set to this tree?"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field

from phonetree.operators.findings import Finding, fine, stops, warns
from phonetree.operators.wanted import CannotTell, NumberPlan, ServicePlan, Setup, look
from phonetree.words.account import (
    Account,
    Knocked,
    NumberSetting,
    OurNumber,
    Reached,
    Registration,
    ServiceSetting,
    Standing,
)
from phonetree.words.numbers import PhoneNumber
from phonetree.words.ports import InDoubt, Refused

LITTLE_LEFT, NOTHING_LEFT = 20.0, 2.0
"""Dollars."""
SLOW = 5.0
"""Seconds; the provider waits fifteen."""
SETUP = "Run `phonetree twilio setup`."
_AUTHENTICATE = 20003
Words = Callable[[Refused | InDoubt], str]
"""Why the provider said no, or did not say."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What is asked about: the schools' numbers, the address they should call, the service they send by."""

    numbers: Sequence[PhoneNumber] = field(repr=False)
    public_url: str
    service_sid: str | None
    in_words: Words


def tokens(told: Sequence[Standing | Refused | InDoubt], in_words: Words) -> Iterator[Finding]:
    """Each auth token as the provider took it, and the account as one of them showed it."""
    wrong = [each for each in told if isinstance(each, Refused) and each.code == _AUTHENTICATE]
    if len(wrong) == len(told):
        remedy = "Copy it from the provider's console. Webhooks are signed with it: without it every text is refused."
        yield stops("auth-token", "The provider does not take TWILIO_AUTH_TOKEN.", remedy)
        return
    if wrong:
        what = "The provider does not take one of the two auth tokens."
        yield warns("auth-token", what, "Once the change of tokens is over, take the old one out.")
    found = next((each for each in told if isinstance(each, Standing)), None)
    if found is None:
        yield stops("account", f"The account cannot be asked: {in_words(_first_silent(told))}", _ONLINE)
        return
    yield from _standing(found)


_ONLINE = "Is this machine online, and the provider up? Then run doctor again."


def _first_silent(told: Sequence[Standing | Refused | InDoubt]) -> Refused | InDoubt:
    return next(each for each in told if not isinstance(each, Standing) and _code(each) != _AUTHENTICATE)


def _code(told: Refused | InDoubt) -> int | None:
    return told.code if isinstance(told, Refused) else None


def _standing(found: Standing) -> Iterator[Finding]:
    if found.status != "active":
        remedy = "Look at the provider's console and its mails; then write to its support."
        yield stops("account", f"The account is {found.status}.", remedy)
    elif found.is_trial:
        yield stops("account", "It is a trial account: it texts verified phones only.", "Upgrade it in the console.")
    else:
        yield fine("account", "The account is active.")
    if found.balance is None:
        return
    left = f"{found.balance:.2f} {found.currency} are left on the account."
    remedy = "Add money in the console, and turn on automatic recharge."
    if found.balance < NOTHING_LEFT:
        yield stops("balance", left, remedy)
    elif found.balance < LITTLE_LEFT:
        yield warns("balance", left, remedy)
    else:
        yield fine("balance", left)


async def provider(account: Account, asked: Asked) -> list[Finding]:
    """The numbers, the service, the registration and the permissions."""
    try:
        found = await look(account, asked.public_url, asked.numbers, asked.service_sid)
    except CannotTell as silent:
        return [_silent(silent, asked.in_words)]
    registered = [await _registration(account, asked, plan.number) for plan in found.numbers]
    return [*_numbers(found), *_service(found), *registered, *_permissions(found)]


def _silent(silent: CannotTell, in_words: Words) -> Finding:
    why = in_words(silent.told)
    if _code(silent.told) == _AUTHENTICATE:
        remedy = "Set TWILIO_API_KEY_SID and TWILIO_API_KEY_SECRET to a standard key of this account."
        return stops("api-key", "The provider does not take the key that texts are sent with.", remedy)
    if silent.about == "the geographic permissions":
        remedy = "Look at them in the console, or use a key that may read them."
        return warns("permissions", f"The geographic permissions cannot be seen: {why}", remedy)
    if silent.about.startswith("TWILIO_"):
        return stops("service", f"The Messaging Service cannot be seen: {why}", f"Correct or unset {silent.about}.")
    return stops("numbers", f"The account's numbers cannot be seen: {why}", _ONLINE)


# --- numbers ----------------------------------------------------------------------------------------------------------


def _numbers(found: Setup) -> Iterator[Finding]:
    for missing in found.missing:
        what = f"{missing.national()} is not a number of this account."
        yield stops("number", what, "Buy it, move it here, or correct TWILIO_ACCOUNT_SID or the school's file.")
    for plan in found.numbers:
        yield from _capabilities(plan.number)
        yield _addresses(plan, found.service)


def _capabilities(number: OurNumber) -> Iterator[Finding]:
    name = number.number.national()
    lacks = [word for word, can in (("texts", number.can_text), ("calls", number.can_call)) if not can]
    if lacks:
        remedy = "Choose another number at the provider: families need both."
        yield stops("capabilities", f"{name} cannot take {' and '.join(lacks)}.", remedy)


def _addresses(plan: NumberPlan, service: ServicePlan | None) -> Finding:
    """What keeps families' texts and calls from coming here; then what is only missed later."""
    name = plan.number.number.national()
    if plan.held_by:
        what = f"{name} belongs to another application, {plan.held_by}."
        return stops("webhooks", what, "If it may, run `phonetree twilio setup --take-over`.")
    by_service = service is not None and service.service.settings[ServiceSetting.DEFERS] != "true"
    needed = {NumberSetting.CALLS, NumberSetting.CALLS_METHOD}
    needed |= set() if by_service else {NumberSetting.TEXTS, NumberSetting.TEXTS_METHOD}
    wrong = [setting for setting in plan.changes if setting in needed]
    if wrong:
        return stops("webhooks", f"{name} does not call this tree when {_listed(wrong)}.", SETUP)
    if plan.changes:
        what = f"{name} is not set up to its end: {_listed(list(plan.changes))}."
        return warns("webhooks", what, SETUP)
    return fine("webhooks", f"{name} calls this tree for texts and calls.")


def _listed(settings: Sequence[NumberSetting]) -> str:
    return ", ".join(dict.fromkeys(str(setting).strip("… ") for setting in settings))


def _service(found: Setup) -> Iterator[Finding]:
    plan = found.service
    if plan is None:
        return
    for number in plan.joining:
        what = f"{number.number.national()} is not in the Messaging Service: it may not send by it."
        yield stops("service", what, SETUP)
    if plan.held_by:
        what = f"The Messaging Service belongs to another application, {plan.held_by}."
        yield stops("service", what, "Name the tree's own service, or run `phonetree twilio setup --take-over`.")
    elif {ServiceSetting.INBOUND, ServiceSetting.INBOUND_METHOD} & set(plan.changes):
        yield stops("service", "The Messaging Service does not pass on what families text: every JOIN is lost.", SETUP)
    elif plan.changes:
        yield warns("service", "The Messaging Service is not set up to its end.", SETUP)
    elif not plan.joining:
        yield fine("service", "The Messaging Service passes on what comes in.")


def _permissions(found: Setup) -> Iterator[Finding]:
    off = [
        word for word, is_on in (("Texts", found.permissions.texts), ("Calls", found.permissions.calls)) if not is_on
    ]
    for word in off:
        yield stops("permissions", f"{word} within the United States are turned off at the provider.", SETUP)
    if found.permissions.calls_at_risk:
        what = "Calls to expensive lines are turned on, which is how telephone fraud pays."
        remedy = "Turn off the high-risk ones under Voice, Geographic permissions, in the console."
        yield warns("permissions-at-risk", what, remedy)
    if not off:
        yield fine("permissions", "Texts and calls within the United States are turned on.")


# --- registration -----------------------------------------------------------------------------------------------------


async def _registration(account: Account, asked: Asked, number: OurNumber) -> Finding:
    name = number.number.national()
    if number.is_toll_free:
        told = await account.tollfree_registration(number.sid)
    elif asked.service_sid is None:
        what = f"Whether {name} is registered cannot be seen: no Messaging Service is named."
        return warns("registration", what, "Set TWILIO_MESSAGING_SERVICE_SID to the service that is registered.")
    else:
        told = await account.local_registration(asked.service_sid)
    if isinstance(told, Refused | InDoubt):
        what = f"Whether {name} is registered cannot be seen: {asked.in_words(told)}"
        return warns("registration", what, "Look into the console, or use a key that may read it.")
    return _registered(told, name, is_toll_free=number.is_toll_free)


def _registered(told: Registration, name: str, *, is_toll_free: bool) -> Finding:
    what = f"toll-free verification of {name}" if is_toll_free else f"registration of {name} with the carriers"
    code = 30032 if is_toll_free else 30034
    match told:
        case Registration.APPROVED:
            return fine("registration", f"The {what} is approved.")
        case Registration.PENDING:
            remedy = "Wait, and train meanwhile: `make demo`. `phonetree register` says how long it takes."
            return stops("registration", f"The {what} is not decided yet: texts are refused ({code}).", remedy)
        case Registration.REFUSED:
            remedy = "Read the reason in the console, mend it with `phonetree register`, hand it in again."
            return stops("registration", f"The {what} was refused: texts are refused ({code}).", remedy)
        case Registration.NONE:
            remedy = "Hand it in: `phonetree register` writes down what the form asks."
            return stops("registration", f"The {what} was never handed in: texts are refused ({code}).", remedy)


# --- the door ---------------------------------------------------------------------------------------------------------

_DOOR = {
    Reached.REFUSED: (
        "A tree answers at PHONETREE_PUBLIC_URL, but what was signed does not arrive as it was signed.",
        "Give the web server the settings that doctor has, and let the proxy pass path, query and body on unchanged.",
    ),
    Reached.REDIRECTED: (
        "PHONETREE_PUBLIC_URL sends callers on to another address: what families text is lost on the way.",
        "Set it to the address where the tree answers at once, and take the redirect away for /twilio/.",
    ),
    Reached.SOMETHING_ELSE: (
        "Something else than this tree answers at PHONETREE_PUBLIC_URL.",
        "Does `phonetree serve` run, and does the proxy pass /twilio/ on to it?",
    ),
    Reached.NO_ANSWER: (
        "Nobody answers at PHONETREE_PUBLIC_URL.",
        "Does `phonetree serve` run, and does the proxy pass /twilio/ on to it?",
    ),
    Reached.NO_CONNECTION: (
        "PHONETREE_PUBLIC_URL cannot be reached from here.",
        "Look at its name (DNS), firewall and web server. If this network cannot reach itself, run doctor elsewhere.",
    ),
    Reached.BAD_CERTIFICATE: (
        "The certificate of PHONETREE_PUBLIC_URL is not good: the provider hangs up there.",
        "Renew it, with its whole chain, from an authority that everybody trusts.",
    ),
}


def door(knocked: Knocked) -> Finding:
    """Whether what the provider signs would be let in."""
    if knocked.reached is Reached.SIGNED:
        if knocked.seconds > SLOW:
            what = f"The public address took {knocked.seconds:.0f} seconds to answer."
            return warns("door", what, "The provider waits fifteen: is the machine too busy, or the proxy?")
        return fine("door", "The public address answers, and signatures arrive whole.")
    what, remedy = _DOOR[knocked.reached]
    status = f" (HTTP {knocked.status})" if knocked.status else ""
    return stops("door", what.removesuffix(".") + status + ".", remedy)
