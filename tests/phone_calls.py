"""A call for tests: it follows what a real server answers, verb by verb, like the provider would, and strictly."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from itertools import count
from typing import TYPE_CHECKING, Self, assert_never
from urllib.parse import urlsplit
from xml.etree import ElementTree as ET

from phonetree.simulator.voice_twiml import read_document
from phonetree.simulator.voice_verbs import (
    DialNumber,
    DialQueue,
    Enqueue,
    Gather,
    Hangup,
    Leave,
    Pause,
    Play,
    Record,
    Redirect,
    Reject,
    Say,
    Target,
    Verb,
)
from phonetree.simulator.webhooks import WebhookError
from phonetree.words.languages import LANGUAGES

if TYPE_CHECKING:
    from phone import Fields, Reply, Town

VOICES = frozenset(language.say for language in LANGUAGES.values() if language.say)
ADDRESSES = ("action", "url", "waitUrl", "recordingStatusCallback")
LARGEST = 64 * 1024
MOST_DOCUMENTS = 30
_sids = count(1)


def new_call_sid() -> str:
    return f"CA{next(_sids):032x}"


# --- documents --------------------------------------------------------------------------------------------------------


def wrongs_in(document: str, public_url: str) -> list[str]:
    """What the provider would refuse, ignore or not find in a document of a call; none in one that is good."""
    try:
        read_document(document.encode(), public_url)
    except WebhookError as wrong:
        return [f"{wrong.code}"]
    elements = list(ET.fromstring(document).iter())  # noqa: S314 - our own server's
    addresses = [element.get(name, public_url + "/") for element in elements for name in ADDRESSES]
    addresses += [element.text or "" for element in elements if element.tag in {"Redirect", "Play"}]
    voices = {(element.get("language", ""), element.get("voice", "")) for element in elements if element.tag == "Say"}
    return [
        *("an address elsewhere" for address in addresses if not address.startswith(f"{public_url}/")),
        *("an unknown voice" for voice in voices if voice not in VOICES),
    ]


def verbs_in(reply: Reply, public_url: str) -> tuple[Verb, ...]:
    assert (reply.status, reply.kind) == (200, "text/xml"), f"{reply.status}: {reply.body}"
    return read_document(reply.body.encode(), public_url)


def call_fields(sid: str, caller: str, called: str, **more: str) -> Fields:
    """The form of a call's webhook as the provider sends it, with *more* added or put in place."""
    form = {
        "CallSid": sid,
        "AccountSid": "AC" + "7" * 32,
        "From": caller,
        "To": called,
        "Caller": caller,
        "Called": called,
        "CallStatus": "in-progress",
        "Direction": "inbound",
        "ApiVersion": "2010-04-01",
        "FromCity": "",
        "ToCountry": "US",
    }
    return list((form | more).items())


# --- calls ------------------------------------------------------------------------------------------------------------


@dataclass
class PhoneCall:
    """One call at one handset. Acts go on until somebody has to do something again."""

    town: Town
    handset: str
    """Who holds this telephone."""
    caller: str
    called: str
    direction: str = "inbound"
    sid: str = field(default_factory=new_call_sid)
    attempt: str = ""
    detects_machines: bool = False
    parent: PhoneCall | None = None
    whisper: Target | None = None
    needs: Verb | None = None
    rest: tuple[Verb, ...] = ()
    just_heard: list[str] = field(default_factory=list)
    partner: PhoneCall | None = None
    callee: PhoneCall | None = None
    is_ringing: bool = False
    has_ended: bool = False
    last_post: tuple[str, Fields] | None = None

    # --- what is noticed ----------------------------------------------------------------------------------------------

    def hears(self, *words: str) -> Self:
        """All of *words* was said since the last act at this telephone."""
        said = " ".join(self.just_heard)
        missing = [each for each in words if each not in said]
        assert not missing, f"{missing} was not said in {said!r}"
        return self

    def is_over(self) -> Self:
        assert self.has_ended, f"it goes on: {self.needs}"
        return self

    def is_joined_with(self, handset: str) -> Self:
        assert self.partner is not None, f"it is joined with nobody: {self.needs}"
        assert self.partner.handset == handset
        return self

    def dials(self, number: str) -> PhoneCall:
        """The call that rings there; neither side is shown the other's number."""
        assert isinstance(self.needs, DialNumber), f"it dials nobody: {self.needs}"
        assert self.needs.number == number
        assert self.needs.caller_id == self.town.number
        assert self.callee is not None
        return self.callee

    # --- what somebody does -------------------------------------------------------------------------------------------

    def presses(self, keys: str) -> Self:
        """Keys to the question that is open; keys beyond those wanted stay for the next one."""
        self.just_heard = []
        while keys:
            assert isinstance(self.needs, Gather | Record), f"no key is waited for: {self.needs}"
            if isinstance(self.needs, Record):
                self._fall_through()
                keys = keys[1:]
                continue
            taken, ended_by, keys = _taken(self.needs, keys)
            self._post(self.needs.action, {"Digits": taken, "FinishedOnKey": ended_by, "msg": "Gather End"})
        return self

    def is_silent(self) -> Self:
        self.just_heard = []
        match self.needs:
            case Gather(action=action, tells_silence=True):
                self._post(action, {"Digits": "", "FinishedOnKey": "", "msg": "Gather End"})
            case Gather() | Record():
                self._fall_through()
            case _:
                raise AssertionError(f"nothing is waited for: {self.needs}")
        return self

    def speaks(self, seconds: int, *, hangs_up: bool = False) -> Self:
        self.just_heard = []
        assert isinstance(self.needs, Record), f"nothing is recorded: {self.needs}"
        sid, length = f"RE{next(_sids):032x}", min(seconds, self.needs.longest)
        self.town.carrier.spoken[sid] = length
        made = {"RecordingSid": sid, "RecordingDuration": str(length), "Digits": "hangup" if hangs_up else ""}
        made["RecordingUrl"] = f"https://api.twilio.com/2010-04-01/Accounts/{'AC' + '7' * 32}/Recordings/{sid}"
        action = self.needs.action
        if hangs_up:
            self._tell(action, made)
            self._end("completed")
        else:
            self._post(action, made)
        return self

    def waits_in_queue(self) -> Self:
        """Time passes in a queue: what is said there is asked for again."""
        self.just_heard = []
        assert isinstance(self.needs, Enqueue), f"it is in no queue: {self.needs}"
        self._wait(self.needs)
        return self

    def hangs_up(self) -> Self:
        self.just_heard = []
        self._end("completed")
        return self

    # --- what becomes of a call that rings ----------------------------------------------------------------------------

    def picks_up(self, answered_by: str = "human") -> Self:
        self._stops_ringing()
        if self.parent is not None:
            self._is_picked_up_for(self.parent)
            return self
        self._report("in-progress")
        told = {"AnsweredBy": answered_by} if self.detects_machines else {}
        self._post(Target(f"{self.town.public_url}/twilio/voice/answered/{self.attempt}"), told)
        return self

    def machine(self) -> Self:
        """A machine picks up. It presses nothing."""
        self.picks_up("machine_end_beep")
        while not self.has_ended and isinstance(self.needs, Gather | Record):
            said = self.just_heard
            self.is_silent()
            self.just_heard = said + self.just_heard
        return self

    def busy(self) -> Self:
        return self._declined("busy")

    def does_not_answer(self) -> Self:
        return self._declined("no-answer")

    def _is_picked_up_for(self, parent: PhoneCall) -> None:
        if self.whisper is None:
            parent.join(self)
        else:
            self._post(self.whisper, {})

    def _stops_ringing(self) -> None:
        assert self.is_ringing, "this telephone does not ring"
        self.is_ringing = False

    def _declined(self, status: str) -> Self:
        self._stops_ringing()
        self.has_ended = True
        if self.parent is None:
            self._report(status)
        else:
            self.parent.dial_ended(status, was_joined=False)
        return self

    # --- what the provider does ---------------------------------------------------------------------------------------

    def begin(self) -> Self:
        """An incoming call."""
        self._post(Target(f"{self.town.public_url}/twilio/voice"), {"CallStatus": "ringing"})
        return self

    def ring(self) -> Self:
        self.is_ringing = True
        self.town.calls.append(self)
        if self.parent is None:
            for status in ("initiated", "ringing"):
                self._report(status)
        return self

    def join(self, other: PhoneCall) -> None:
        self.partner, other.partner = other, self

    def dial_ended(self, status: str, *, was_joined: bool) -> None:
        assert isinstance(self.needs, DialNumber | DialQueue)
        self.partner = self.callee = None
        if self.needs.action is not None:
            self._post(self.needs.action, {"DialCallStatus": status, "DialBridged": str(was_joined).lower()})
        else:
            self._fall_through()

    def cut_off(self) -> None:
        """We asked the provider to end it."""
        if not self.has_ended:
            self._end("canceled" if self.is_ringing else "completed")

    def same_again(self) -> Reply:
        """The provider posts its last request once more."""
        assert self.last_post is not None
        return self.town.post(*self.last_post)

    def _post(self, target: Target, fields: dict[str, str]) -> None:
        """Ask for the next document and play it."""
        assert not self.has_ended
        self._play(verbs_in(self._ask(target, fields), self.town.public_url))

    def _ask(self, target: Target, fields: dict[str, str]) -> Reply:
        assert target.method == "POST"
        self.last_post = urlsplit(target.url).path, self._form(**fields)
        return self.town.post(*self.last_post)

    def _tell(self, target: Target | None, fields: dict[str, str]) -> None:
        """The call is over: what comes back is not played."""
        if target is not None:
            verbs_in(self._ask(target, fields | {"CallStatus": "completed"}), self.town.public_url)

    def _form(self, **fields: str) -> Fields:
        parent = {} if self.parent is None else {"ParentCallSid": self.parent.sid}
        return call_fields(self.sid, self.caller, self.called, Direction=self.direction, **(parent | fields))

    def _fall_through(self) -> None:
        self._play(self.rest)

    def _play(self, verbs: tuple[Verb, ...]) -> None:
        for place, verb in enumerate(verbs):
            self.needs, self.rest = verb, verbs[place + 1 :]
            if self._perform(verb):
                return
        self.needs = None
        if self.parent is not None and self.partner is None:
            self.parent.join(self)  # a whisper is over
        else:
            self._end("completed")

    def _perform(self, verb: Verb) -> bool:
        """Whether somebody else, or another document, has the word now."""
        match verb:
            case Say() | Play() | Pause():
                self._hear([verb])
                return False
            case Gather(prompts=prompts):
                self._hear(prompts)
            case Record():
                pass
            case DialNumber():
                self._dial(verb)
            case DialQueue(name=name):
                self._take(self.town.queues.get(name, []))
            case Enqueue(name=name):
                self.town.queues.setdefault(name, []).append(self)
                self._wait(verb)
            case Redirect(target):
                self._post(target, {})
            case Hangup() | Reject():
                self._end("completed")
            case Leave():
                raise AssertionError("only who waits in a queue may leave it")
            case _:
                assert_never(verb)
        return True

    def _hear(self, prompts: Iterable[Say | Play | Pause]) -> None:
        for prompt in prompts:
            if isinstance(prompt, Say):
                self.just_heard.append(prompt.words)
            elif isinstance(prompt, Play):
                sound = self.town.send("GET", urlsplit(prompt.url).path)
                assert (sound.status, sound.kind) == (200, "audio/wav")
                self.just_heard.append("[played]")

    def _dial(self, verb: DialNumber) -> None:
        self.callee = PhoneCall(
            self.town,
            verb.number,
            verb.caller_id or "",
            verb.number,
            "outbound-dial",
            parent=self,
            whisper=verb.whisper,
        ).ring()

    def _take(self, waiting: list[PhoneCall]) -> None:
        if waiting:
            waiting.pop(0).join(self)
        else:
            self.dial_ended("no-answer", was_joined=False)

    def _wait(self, queue: Enqueue) -> None:
        assert queue.wait is not None
        fields = {"QueueSid": "QU" + "1" * 32, "QueueTime": "1", "QueuePosition": "1", "CurrentQueueSize": "1"}
        for verb in verbs_in(self._ask(queue.wait, fields), self.town.public_url):
            if isinstance(verb, Leave):
                self.town.queues[queue.name].remove(self)
                self.left_queue(queue, "leave")
                return
            assert isinstance(verb, Say | Play | Pause), f"{verb} to somebody who waits in a queue"
            self._hear([verb])

    def left_queue(self, queue: Enqueue, result: str) -> None:
        assert queue.action is not None
        self._post(queue.action, {"QueueResult": result, "QueueSid": "QU" + "1" * 32, "QueueTime": "1"})

    def _end(self, status: str) -> None:
        """It is over: what it waited for is told, then its end; whoever was joined to it goes on."""
        self.has_ended, partner = True, self.partner
        self.partner = None
        match self.needs:
            case Enqueue(name=name, action=action):
                self.town.queues[name] = [call for call in self.town.queues[name] if call is not self]
                self._tell(action, {"QueueResult": "bridged" if partner else "hangup", "QueueTime": "1"})
            case DialNumber(action=action) | DialQueue(action=action):
                told = "completed" if partner else "no-answer"
                self._tell(action, {"DialCallStatus": told, "DialBridged": str(partner is not None).lower()})
            case _:
                pass
        self._report(status)
        self._leave_others(partner)

    def _leave_others(self, partner: PhoneCall | None) -> None:
        if self.callee is not None:
            self.callee.has_ended, self.callee.is_ringing = True, False
        elif self.parent is not None and not self.parent.has_ended:
            self.parent.dial_ended("completed", was_joined=partner is not None)
        elif partner is not None and not partner.has_ended:
            partner.partner = None
            if isinstance(partner.needs, Enqueue):
                partner.left_queue(partner.needs, "bridged")
            else:
                partner.dial_ended("completed", was_joined=True)

    def _report(self, status: str) -> None:
        """How a call of ours goes, and the end of one that came in. The leg of a Dial is not reported."""
        path = f"/twilio/status/call/{self.attempt}" if self.attempt else "/twilio/status/call"
        if self.parent is None and (self.attempt or status == "completed"):
            form = self._form(CallStatus=status, CallbackSource="call-progress-events", SequenceNumber="0")
            reply = self.town.post(path, form)
            assert (reply.status, reply.body) == (204, "")


def _taken(gather: Gather, keys: str) -> tuple[str, str, str]:
    """The digits, the key that ended them, and what is left over."""
    for place, key in enumerate(keys):
        if key in gather.finish_on:
            return keys[:place], key, keys[place + 1 :]
        if place + 1 == gather.digits:
            return keys[: place + 1], "", keys[place + 1 :]
    return keys, "", ""
