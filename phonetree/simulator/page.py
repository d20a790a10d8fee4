"""A plain page for a person at the simulator: handsets with their texts, calls, and a form to write."""

from __future__ import annotations

from itertools import islice

from aiohttp import web
from markupsafe import Markup

from phonetree.simulator.board import Board
from phonetree.simulator.calls import Call
from phonetree.simulator.handsets import Phone, Received
from phonetree.simulator.inbound import receive
from phonetree.simulator.messages import E164
from phonetree.simulator.network import Network

MOST_HANDSETS, MOST_TEXTS, MOST_CALLS = 24, 8, 12
_PAGE = Markup("""<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Handsets</title>
<meta name="viewport" content="width=device-width"><style>
body {{ font: 1rem/1.4 system-ui, sans-serif; background: #f4f4f1; margin: 2rem auto; max-width: 70rem; padding: 1rem }}
main {{ display: grid; grid-template-columns: repeat(auto-fill, minmax(19rem, 1fr)); gap: 1rem }}
section, form {{ background: #fff; border: 1px solid #d5d5cf; border-radius: .8rem; padding: 1rem; margin: 0 0 1rem }}
p {{ border-radius: .8rem; padding: .5rem .8rem; margin: .4rem 0; white-space: pre-wrap; overflow-wrap: anywhere }}
.in {{ background: #ececE6; margin-right: 2rem }} .out {{ background: #dbe9fb; margin-left: 2rem }}
h2 {{ font-size: 1rem; margin: 0 0 .6rem }} label {{ display: inline-block; margin: 0 1rem .5rem 0 }}
input, select, button {{ font: inherit; padding: .3rem .5rem }} input[name=body] {{ width: 22rem; max-width: 80vw }}
</style></head><body><h1>Handsets</h1>
<form method="post" action="/handsets/text" autocomplete="off">
<label>From <input name="from" value="{sender}" required pattern="\\+[1-9][0-9]{{6,14}}"></label>
<label>To <select name="to">{lines}</select></label>
<label>Text <input name="body" dir="auto" required maxlength="1600" autofocus></label> <button>Send</button></form>
<main>{phones}{calls}</main></body></html>""")
_PHONE = Markup("<section><h2>{number}</h2>{texts}</section>")
_CALL = Markup("<section><h2>Call {sender} → {recipient} · {status}</h2>{heard}</section>")
_TEXT = Markup('<p class="{side}" dir="auto">{body}</p>')
_LINE = Markup("<option>{number}</option>")
_HEADERS = {"Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; form-action 'self'"}


class Page:
    """The page and its form over a network; every value is escaped where it is set in."""

    def __init__(self, network: Network, board: Board) -> None:
        self._network = network
        self._board = board

    def add_to(self, app: web.Application) -> None:
        app.router.add_get("/", self._show)
        app.router.add_post("/handsets/text", self._text)

    async def _show(self, request: web.Request) -> web.Response:  # noqa: ARG002  aiohttp hands it to every view
        phones = self._network.phones.latest(MOST_HANDSETS)
        page = _PAGE.format(
            sender=next((phone.number for phone in phones), "+12135550142"),
            lines=Markup().join(_LINE.format(number=number) for number in self._network.lines),
            phones=Markup().join(_section(phone) for phone in phones),
            calls=Markup().join(map(self._call, islice(self._board.ledger.newest_first(), MOST_CALLS))),
        )
        return web.Response(text=page, content_type="text/html", headers=_HEADERS)

    async def _text(self, request: web.Request) -> web.Response:
        form = {name: str(value) for name, value in (await request.post()).items()}
        sender, to = form.get("from", ""), form.get("to", "")
        is_elsewhere = request.headers.get("Sec-Fetch-Site", "same-origin") not in {"same-origin", "none"}
        if is_elsewhere or to not in self._network.lines or not E164.fullmatch(sender):
            return web.Response(status=400, text="Choose a handset and a number of this carrier.")
        await receive(self._network, sender, to, form.get("body", ""))
        raise web.HTTPSeeOther("/")

    def _call(self, call: Call) -> Markup:
        heard = self._board.leg_of(call).heard[-MOST_TEXTS:]
        said = Markup().join(_TEXT.format(side="in", body=each.words or f"▶ {each.seconds:.0f} s") for each in heard)
        return _CALL.format(sender=call.sender, recipient=call.recipient, status=call.status, heard=said)


def _section(phone: Phone) -> Markup:
    last = sorted([*phone.inbox[-MOST_TEXTS:], *phone.written[-MOST_TEXTS:]], key=_age)[-MOST_TEXTS:]
    texts = (_TEXT.format(side="out" if text.sender == phone.number else "in", body=text.body) for text in last)
    return _PHONE.format(number=phone.number, texts=Markup().join(texts))


def _age(text: Received) -> float:
    return text.at
