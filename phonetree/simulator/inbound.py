"""A text from a handset to a number: the carrier's keywords first, then the number's webhook and what it answered."""

from __future__ import annotations

from typing import assert_never

from phonetree.simulator.handsets import Received
from phonetree.simulator.lines import Line
from phonetree.simulator.messages import Direction, Message, Status, new_sid
from phonetree.simulator.network import Network
from phonetree.simulator.optout import KeywordKind
from phonetree.simulator.twiml import Redirect, Reply, read_steps
from phonetree.simulator.webhooks import WebhookError

MOST_FETCHES = 50


async def receive(network: Network, handset: str, number: str, body: str, media: int = 0) -> list[str]:
    """Carry one text from a handset; the bodies of the replies that its webhook gave."""
    message = network.written(handset, number, body, Direction.INBOUND)
    message.status, message.media, message.service = Status.RECEIVED, media, network.service_of(number)
    if media:
        message.sid = new_sid("MM")
    network.ledger.add(message)
    phone = network.phones.touch(handset)
    phone.written.append(Received(body, message.accepted_at, message.sid, handset))
    phone.last_written = message
    return await post(network, message, _hear(network, message))


async def post(network: Network, message: Message, heard: KeywordKind | None) -> list[str]:
    """Post the webhook of one inbound text, the fallback if it fails, and send what they answer."""
    line = network.lines[message.recipient]
    fields = webhook_fields(network, message, heard)
    replies: list[str] = []
    for where, url in _addresses(network, line):
        if url is None:
            continue
        try:
            await _follow(network, message, url, fields, replies)
        except WebhookError as failure:
            network.complain(where, failure)
        else:
            break
    network.tell()
    return replies


def _addresses(network: Network, line: Line) -> tuple[tuple[str, str | None], tuple[str, str | None]]:
    """The number's own, unless it is in a service that does not leave it to the number: then the service's, or none."""
    service = network.standing.services.get(line.service or "")
    if service is None or service.defers_to_number:
        return ("sms_url", line.sms_url), ("sms_fallback_url", line.sms_fallback_url)
    inbound, fallback = service.fields.get("InboundRequestUrl"), service.fields.get("FallbackUrl")
    return ("inbound_request_url", inbound or None), ("fallback_url", fallback or None)


def webhook_fields(network: Network, message: Message, heard: KeywordKind | None = None) -> dict[str, str]:
    fields = {
        "ToCountry": "US", "ToState": "", "ToCity": "", "ToZip": "",
        "FromCountry": "US", "FromState": "", "FromCity": "", "FromZip": "",
        "MessageSid": message.sid, "SmsMessageSid": message.sid, "SmsSid": message.sid,
        "SmsStatus": "received", "AccountSid": network.account.sid, "ApiVersion": "2010-04-01",
        "From": message.sender, "To": message.recipient, "Body": message.body,
        "NumMedia": str(message.media), "NumSegments": str(message.segments),
    }  # fmt: skip
    for index in range(message.media):
        path = f"/2010-04-01/Accounts/{network.account.sid}/Messages/{message.sid}/Media/ME{index:032x}"
        fields |= {f"MediaUrl{index}": f"https://api.twilio.com{path}", f"MediaContentType{index}": "image/jpeg"}
    if message.service is not None:
        fields["MessagingServiceSid"] = message.service
    policy = network.behaviour.opt_out
    if heard is not None and policy is not None and policy.tells_type:
        fields["OptOutType"] = heard
    return fields


def _hear(network: Network, message: Message) -> KeywordKind | None:
    policy = network.behaviour.opt_out
    if policy is None:
        return None
    heard = network.opt_outs.hear(policy, message.sender, network.scope_of(message.recipient), message.body)
    if heard is None:
        return None
    if heard.answer is not None:
        network.deliver_own(message.recipient, message.sender, heard.answer)
    return heard.kind


async def _follow(network: Network, message: Message, url: str, fields: dict[str, str], replies: list[str]) -> None:
    method = "POST"
    for _ in range(MOST_FETCHES):
        redirect = _perform(network, message, await _steps(network, url, fields, method), replies)
        if redirect is None:
            return
        url, method = redirect.url, redirect.method
    raise WebhookError(14106, "more than 50 documents for one text")


async def _steps(network: Network, url: str, fields: dict[str, str], method: str) -> tuple[Reply | Redirect, ...]:
    return read_steps(await network.poster.fetch(url, fields, method))


def _perform(
    network: Network, message: Message, steps: tuple[Reply | Redirect, ...], replies: list[str]
) -> Redirect | None:
    for step in steps:
        match step:
            case Redirect():
                return step
            case Reply():
                recipient = step.recipient or message.sender
                network.reply(message.recipient, recipient, step.body, step.action, step.media)
                replies.append(step.body)
            case _:
                assert_never(step)
    return None
