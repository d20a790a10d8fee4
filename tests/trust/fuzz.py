"""Signed webhooks of every kind made from a corpus by a seeded chance, sent to a whole house in this process."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from random import Random
from urllib.parse import parse_qsl, urlencode

from corpus import FIELDS, KEYS, NUMBERS, OTHERS, RAW, SIDS, STATUSES, WORDS
from flask.testing import FlaskClient
from phone import FORM, PUBLIC_URL, SCHOOL, TOKEN, Fields, new_sid, receipt_fields, text_fields
from phone_calls import call_fields, new_call_sid

from phonetree.simulator.signing import signature

PEOPLE = tuple(f"+121355501{n}" for n in range(40, 70))
_TURN = re.compile(r"/twilio/voice/(turn/[0-9]+/[a-z]+|wait/[0-9a-f]{32})")
_KINDS = ("keys", "keys", "keys", "sound", "dial", "queue", "hold")


@dataclass(frozen=True, slots=True)
class Sent:
    """One request as it went out, to be told of where it breaks something."""

    path: str
    body: bytes


@dataclass
class Fuzz:
    """Whatever a provider, a telephone or a thief with the provider's token might post, one after the other."""

    chance: Random
    door: FlaskClient
    attempts: list[str] = field(default_factory=lambda: ["a" * 32])
    """Of texts and calls of ours, for their receipts."""
    going: dict[str, str] = field(default_factory=dict)
    """By call: where it goes on."""
    last: list[tuple[str, Fields]] = field(default_factory=list)

    def post(self) -> tuple[Sent, int]:
        path, fields = self._one()
        body = urlencode(self._spoilt(fields), errors="surrogatepass").encode()
        if self.chance.random() < 0.04:
            place = self.chance.randrange(len(body) + 1)
            body = body[:place] + self.chance.choice(RAW) + body[place:]
        answer = self.door.post(path, data=body, content_type=FORM, headers=self._signed(path, body))
        sid = dict(fields).get("CallSid", "")
        if sid and answer.status_code == 200:
            found = _TURN.search(answer.get_data(as_text=True))
            self.going.pop(sid, None)
            if found:
                self.going[sid] = found.group()
        return Sent(path, body), answer.status_code

    def _one(self) -> tuple[str, Fields]:
        if self.last and self.chance.random() < 0.05:
            return self.chance.choice(self.last)  # the provider posts it again
        made = self.chance.choices((self._text, self._call, self._goes_on, self._report), weights=(5, 1, 3, 2))[0]()
        self.last = [*self.last[-20:], made]
        return made

    def _text(self) -> tuple[str, Fields]:
        return "/twilio/sms", text_fields(self.chance.choice(PEOPLE), self._words())

    def _words(self) -> str:
        words = self.chance.choice(WORDS)
        match self.chance.randrange(12):
            case 0:
                return words + self.chance.choice((" ", "\n", ".", "!", " please", "\n\nSent from my phone", "’"))
            case 1:
                return words.swapcase()
            case 2:
                return f"{words} {self.chance.choice(WORDS)}"
            case 3 if words:
                place = self.chance.randrange(len(words))
                return words[:place] + chr(self.chance.randrange(1, 0x2FFF)) + words[place + 1 :]
            case 4:
                return "".join(self.chance.choice("0123456789 .-") for _sign in range(self.chance.randrange(1, 14)))
            case _:
                return words

    def _call(self) -> tuple[str, Fields]:
        sid, who = new_call_sid(), self.chance.choice((*PEOPLE, "anonymous", "+266696687"))
        if self.chance.random() < 0.4:
            path = f"/twilio/voice/answered/{self.chance.choice(self.attempts)}"
            by = self.chance.choice(("human", "machine_end_beep", "unknown", "fax", ""))
            return path, call_fields(sid, SCHOOL, who, Direction="outbound-api", AnsweredBy=by)
        return "/twilio/voice", call_fields(sid, who, SCHOOL, CallStatus="ringing")

    def _goes_on(self) -> tuple[str, Fields]:
        if not self.going or self.chance.random() < 0.1:
            turn = self.chance.choice(("0", "1", "7", "99999999999999999999999", "007"))
            return f"/twilio/voice/turn/{turn}/{self.chance.choice(_KINDS)}", self._of_call(new_call_sid())
        sid = self.chance.choice(list(self.going)[-30:])
        path = self.going[sid]
        if self.chance.random() < 0.1:
            path = re.sub(r"[a-z]+$", self.chance.choice(_KINDS), path)
        return path, self._of_call(sid)

    def _of_call(self, sid: str) -> Fields:
        more = {"Digits": self.chance.choice(KEYS), "DialCallStatus": self.chance.choice(STATUSES)}
        more |= {"QueueResult": self.chance.choice(("bridged", "leave", "hangup", "error", "")), "QueueTime": "1"}
        if self.chance.random() < 0.3:
            more |= {"RecordingSid": f"RE{self.chance.getrandbits(128):032x}", "RecordingDuration": "4"}
        return call_fields(sid, self.chance.choice(PEOPLE), SCHOOL, **more)

    def _report(self) -> tuple[str, Fields]:
        attempt, status = self.chance.choice((*self.attempts[-40:], "A" * 32, "x")), self.chance.choice(STATUSES)
        match self.chance.randrange(4):
            case 0:
                sid = self.chance.choice([*list(self.going)[-9:], new_call_sid()])
                return "/twilio/status/call", call_fields(sid, PEOPLE[0], SCHOOL, CallStatus=status)
            case 1:
                return f"/twilio/status/call/{attempt}", call_fields(
                    new_call_sid(), SCHOOL, PEOPLE[0], CallStatus=status
                )
            case _:
                code = {"ErrorCode": self.chance.choice(("30003", "21610", "0", ""))}
                return f"/twilio/status/message/{attempt}", receipt_fields(new_sid(), status, **code)

    def _spoilt(self, fields: Fields) -> Fields:
        """Mostly as it is; else a field is gone, twice, empty, strange, or there are more."""
        form = list(fields)
        for _time in range(self.chance.choice((0, 0, 0, 0, 1, 1, 2))):
            if not form:
                break
            place = self.chance.randrange(len(form))
            name, value = form[place]
            match self.chance.randrange(6):
                case 0:
                    form.pop(place)
                case 1:
                    form.insert(place, (name, self.chance.choice((value, *OTHERS))))
                case 2:
                    form[place] = name, self.chance.choice(_STRANGE.get(name, OTHERS))
                case 3:
                    form[place] = name + self.chance.choice(("\0", " ", "[]", "é", "\ud800")), value
                case _:
                    more, _equals, put = self.chance.choice(FIELDS).partition("=")
                    form = [each for each in form if self.chance.random() < 0.5 or each[0] != more]
                    form.append((more, put))
        return form

    def _signed(self, path: str, body: bytes) -> dict[str, str]:
        """By whoever has the token; now and then by nobody."""
        if self.chance.random() < 0.03:
            return self.chance.choice(({}, {"X-Twilio-Signature": "x"}))
        try:
            read = parse_qsl(body.decode(), keep_blank_values=True, errors="werkzeug.url_quote")
        except UnicodeDecodeError:
            read = []
        return {"X-Twilio-Signature": signature(TOKEN, PUBLIC_URL + path, read)}


_STRANGE: Mapping[str, tuple[str, ...]] = {
    **dict.fromkeys(("From", "To", "Caller", "Called"), NUMBERS),
    **dict.fromkeys(("MessageSid", "SmsMessageSid", "CallSid"), SIDS),
    **dict.fromkeys(("MessageStatus", "CallStatus", "DialCallStatus"), STATUSES),
    "Digits": KEYS,
    "Body": WORDS,
}
