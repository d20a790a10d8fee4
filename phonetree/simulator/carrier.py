"""A carrier on this machine, for tests, the demo and the bench: start it, hand out handsets, see what it carried."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Coroutine, Mapping, Sequence
from concurrent.futures import Future
from types import TracebackType
from typing import Any, Self, TypeVar

from aiohttp import web

from phonetree.simulator.account_rest import AccountRest
from phonetree.simulator.answer_plans import AnswerPlan
from phonetree.simulator.answering import Answering
from phonetree.simulator.call_rest import CallRest
from phonetree.simulator.calls import Call
from phonetree.simulator.deactivations import Deactivations
from phonetree.simulator.handsets import Handset, HandsetKind
from phonetree.simulator.inbound import post, receive
from phonetree.simulator.legs import Leg
from phonetree.simulator.lines import Behaviour, Line, Lines
from phonetree.simulator.messages import E164, Message
from phonetree.simulator.network import Account, Complaint, Network
from phonetree.simulator.page.faces import Face
from phonetree.simulator.page.lesson import Step
from phonetree.simulator.page.site import Page
from phonetree.simulator.rest import Rest, Submission
from phonetree.simulator.services_rest import ServicesRest
from phonetree.simulator.standing import StandingOfAccount
from phonetree.simulator.switchboard import Switchboard
from phonetree.words.ports import Clock, system_clock

Result = TypeVar("Result")
LONGEST_TURN = 60.0
SHUTDOWN = 0.5


class SimulatedCarrier:
    """Speaks HTTP like the provider from its own thread. Its methods may be called from any other thread."""

    def __init__(
        self,
        account_sid: str,
        auth_token: str,
        *,
        numbers: Lines,
        port: int = 0,
        api_keys: Mapping[str, str] | None = None,
        clock: Clock = system_clock,
        seed: int = 0,
    ) -> None:
        account = Account(account_sid, auth_token, dict(api_keys or {}))
        self._network = Network(account, numbers, clock, self._tell, seed)
        self._answering = Answering()
        self._rest = Rest(self._network, self._answering)
        self._switchboard = Switchboard(self._network)
        self._call_rest = CallRest(self._network, self._switchboard, self._answering)
        self._page = Page(self._network, self._switchboard)
        self.deactivations = Deactivations(account)
        self._port = port
        self._changed = threading.Condition()
        self._is_told = False
        self._thread: threading.Thread | None = None
        self._loop: asyncio.AbstractEventLoop | None = None
        self._stop_asked: asyncio.Event | None = None

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.stop()

    def start(self) -> None:
        """Serve on 127.0.0.1; returns when the port is open. After ``stop()`` it starts again on the same port."""
        if self._thread is not None:
            raise RuntimeError("the carrier is already running")
        ready: Future[int] = Future()
        self._thread = threading.Thread(target=self._run, args=(ready,), name="simulated-carrier", daemon=True)
        self._thread.start()
        try:
            self._port = ready.result()
        except BaseException:
            self._join()
            raise

    def stop(self) -> None:
        """Break off what hangs, forget receipts under way, close everything. Does nothing when not running."""
        if self._thread is None:
            return
        if self._loop is not None and self._stop_asked is not None:
            self._loop.call_soon_threadsafe(self._stop_asked.set)
        self._join()

    @property
    def base_url(self) -> str:
        """Where the product finds it instead of the provider."""
        return f"http://127.0.0.1:{self._port}"

    @property
    def behaviour(self) -> Behaviour:
        return self._network.behaviour

    @behaviour.setter
    def behaviour(self, behaviour: Behaviour) -> None:
        self._network.behaviour = behaviour

    @property
    def accepted(self) -> tuple[Message, ...]:
        """Every text accepted since the start, the carrier's own marked ``by_carrier``; deleting hides none here."""
        return tuple(self._network.ledger.accepted)

    @property
    def submissions(self) -> tuple[Submission, ...]:
        """Every request to send, accepted or not, in the order in which they began."""
        return tuple(self._rest.submissions)

    @property
    def accepted_calls(self) -> tuple[Call, ...]:
        """Every call that was accepted over REST since the start; deleting hides none here."""
        return tuple(self._switchboard.board.ledger.accepted)

    @property
    def call_submissions(self) -> tuple[Submission, ...]:
        """Every request to call, accepted or not, in the order in which they began; their ``body`` is empty."""
        return tuple(self._call_rest.submissions)

    @property
    def deleted_recordings(self) -> tuple[str, ...]:
        """The SIDs of recordings that were deleted over REST."""
        return tuple(self._switchboard.board.recordings.deleted)

    @property
    def errors(self) -> tuple[Complaint, ...]:
        """What the school's webhooks did wrong."""
        return tuple(self._network.complaints)

    @property
    def standing(self) -> StandingOfAccount:
        """What the account is and may do; changeable while it works."""
        return self._network.standing

    @property
    def most_in_flight(self) -> int:
        return self._rest.most_in_flight

    def handset(self, number: str, kind: HandsetKind | None = None) -> Handset:
        """The telephone with this E.164 number; every number has one."""
        if not E164.fullmatch(number):
            raise ValueError("a handset's number is E.164")
        phone = self._network.phones.get(number)
        phone.kind = kind or phone.kind
        return Handset(phone, self)

    def draw(self, faces: Sequence[Face], training: Sequence[Step] = ()) -> None:
        """Show these telephones on the page, and what may be learned at them."""
        self._await(_at_once(lambda: self._page.draw(faces)))
        self._await(_at_once(lambda: self._page.train(training)))

    def set_line(self, number: str, line: Line) -> None:
        """Set up one of the account's numbers, or change it while it works."""
        self._network.set_line(number, line)

    def line_of(self, number: str) -> Line:
        """How one of the account's numbers is set up now."""
        return self._network.lines[number]

    def has_blocked(self, handset: str, number: str) -> bool:
        """Whether the carrier's own opt-out stands between the two."""
        return self._network.opt_outs.has_blocked(handset, self._network.scope_of(number))

    def release(self) -> None:
        """Let every hanging request go on."""
        if self._loop is not None:
            self._loop.call_soon_threadsafe(self._answering.release)

    def wait_for(self, predicate: Callable[[], bool], timeout: float = 5.0) -> bool:
        """Whether the predicate came true in time; it is asked after each change, never by polling."""
        with self._changed:
            return self._changed.wait_for(predicate, timeout)

    def settle(self, timeout: float = 5.0) -> bool:
        """Whether the queues ran empty, every call waits for a person, and every receipt was posted in time."""
        return self.wait_for(lambda: self._network.is_quiet and self._switchboard.board.is_quiet, timeout)

    def text(self, number: str, to: str | None, body: str, media: int = 0) -> list[str]:
        return self._await(receive(self._network, number, self._line(to), body, media))

    def call(self, number: str, to: str | None, plan: AnswerPlan, withheld: str | None) -> Leg:
        line = self._line(to)
        return self._await(_at_once(lambda: self._switchboard.receive(number, line, plan, withheld)))

    def act(self, action: Callable[[], None]) -> None:
        """Let something happen at a telephone, on the carrier's own thread."""
        self._await(_at_once(action))

    def post_again(self, leg: Leg) -> str:
        return self._await(self._switchboard.board.post_again(leg))

    def _line(self, to: str | None) -> str:
        line = to or next(iter(self._network.lines))
        if line not in self._network.lines or (to is None and len(self._network.lines) > 1):
            raise ValueError("which of the account's numbers?")
        return line

    def repeat(self, number: str) -> list[str]:
        message = self._network.phones.get(number).last_written
        if message is None:
            raise ValueError("nothing to repeat")
        return self._await(post(self._network, message, None))

    def _await(self, work: Coroutine[Any, Any, Result]) -> Result:
        if self._loop is None:
            work.close()
            raise RuntimeError("the carrier is not running")
        return asyncio.run_coroutine_threadsafe(work, self._loop).result(LONGEST_TURN)

    def _join(self) -> None:
        if self._thread is not None:
            self._thread.join()
        self._thread = None

    def _run(self, ready: Future[int]) -> None:
        try:
            asyncio.run(self._serve(ready))
        except OSError as error:
            if ready.done():
                raise
            ready.set_exception(error)
        finally:
            ready.cancel()  # whatever else kept it from starting must not keep start() waiting

    async def _serve(self, ready: Future[int]) -> None:
        app = web.Application()
        self._page.add_to(app)
        self.deactivations.add_to(app)
        ServicesRest(self._network).add_to(app)
        account = AccountRest(self._network)
        app.add_subapp("/2010-04-01/Accounts", self._rest.application(self._call_rest.add_to, account.add_to))
        runner = web.AppRunner(app, access_log=None, shutdown_timeout=SHUTDOWN)
        await runner.setup()
        try:
            site = web.TCPSite(runner, "127.0.0.1", self._port)
            await site.start()
            self._loop, self._stop_asked = asyncio.get_running_loop(), asyncio.Event()
            self._network.open()
            self._answering.open()
            ready.set_result(int(runner.addresses[0][1]))
            await self._stop_asked.wait()
        finally:
            self._page.close()
            self._answering.close()
            await self._switchboard.board.close()
            await self._network.close()
            await runner.cleanup()
            self._loop = None

    def _tell(self) -> None:
        """Wake those who wait, once for all changes of one turn of the loop."""
        if self._loop is not None and not self._is_told:
            self._is_told = True
            self._loop.call_soon(self._wake)

    def _wake(self) -> None:
        self._is_told = False
        self._page.stir()
        with self._changed:
            self._changed.notify_all()


async def _at_once(action: Callable[[], Result]) -> Result:
    return action()
