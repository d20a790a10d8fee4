"""Where the demo is played: a folder of its own, the carrier on this machine, and the product as its own processes."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import uuid
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from time import monotonic
from urllib.error import URLError
from urllib.request import urlopen

from phonetree.simulator.carrier import SimulatedCarrier
from phonetree.simulator.chat import GroupChat
from phonetree.simulator.handsets import Handset
from phonetree.simulator.lines import Line
from phonetree.words.crypto import new_master_key
from phonetree.words.numbers import PhoneNumber

ROOT = Path(__file__).resolve().parents[2]
PROGRAM = (sys.executable, "-m", "phonetree")
SEGMENTS_PER_SECOND = 80.0
CALLS_PER_SECOND = 10.0
"""Of the carrier's line, as in the demo's school file."""
STARTS_WITHIN, STOPS_WITHIN, LOOK_AGAIN = 120.0, 25.0, 0.1
CHAT_ADDRESS = "MAPLE_SIGNAL_URL"
"""The name by which the demo's school file asks for the address of its group chat."""
LOG = Path("logs") / "serve.log"
_OURS = ("PHONETREE_", "TWILIO_", "DATABASE_URL")


class StageFailure(Exception):
    """A command or the product itself failed; says what it printed, which holds no number."""


@dataclass(frozen=True, slots=True)
class Stage:
    """The running demo. ``instance`` is what would be seized: database, engine, keys, logs."""

    carrier: SimulatedCarrier
    chat: GroupChat
    """The staff's group chat."""
    instance: Path
    papers: Path
    """What lies on the operator's own desk: the school file and the roster."""
    product: subprocess.Popen[bytes]
    environment: dict[str, str]

    def phone(self, number: PhoneNumber) -> Handset:
        return self.carrier.handset(number.e164)

    def operator(self, *arguments: str, typed: str = "") -> str:
        """What an operator types at the command line; what it printed."""
        return _run(self.environment, arguments, typed)

    def stop_product(self) -> int:
        """Stop web server and worker; the carrier and what lies on the disk stay. Returns the exit code."""
        _stop(self.product)
        return self.product.returncode

    def log(self) -> str:
        """What the product has logged."""
        return (self.instance / LOG).read_text(encoding="utf-8", errors="replace")

    def wait(self) -> None:
        """Until the product ends. Raises StageFailure: by itself it never does."""
        self.product.wait()
        raise StageFailure("phonetree serve has ended")


@contextmanager
def open_stage(number: PhoneNumber, port: int) -> Iterator[Stage]:
    """Start everything; the carrier's page is on *port*. At the end, whatever happened, every process is stopped."""
    product_port = _free_port()
    public_url = f"http://127.0.0.1:{product_port}"
    line = _line(f"{public_url}/twilio")
    account, token = f"AC{uuid.uuid4().hex}", uuid.uuid4().hex
    with ExitStack() as stack:
        stack.enter_context(_endable())
        folder = Path(stack.enter_context(TemporaryDirectory(prefix="phonetree-demo-")))
        instance, papers = folder / "instance", folder / "papers"
        (instance / LOG).parent.mkdir(parents=True)
        papers.mkdir()
        carrier = SimulatedCarrier(account, token, numbers={number.e164: line}, port=port)
        stack.enter_context(_carrying(carrier, port))
        chat = stack.enter_context(GroupChat())
        environment = _environment(instance) | {
            "PHONETREE_PUBLIC_URL": public_url,
            "TWILIO_ACCOUNT_SID": account,
            "TWILIO_AUTH_TOKEN": token,
            "TWILIO_API_BASE_URL": carrier.base_url,
            CHAT_ADDRESS: chat.address,
        }
        product = stack.enter_context(_serving(environment, instance / LOG, product_port))
        yield Stage(carrier, chat, instance, papers, product, environment)


def _line(webhooks: str) -> Line:
    """The school's number, set up as the operator would."""
    return Line(
        f"{webhooks}/sms",
        f"{webhooks}/fallback",
        segments_per_second=SEGMENTS_PER_SECOND,
        voice_url=f"{webhooks}/voice",
        voice_fallback_url=f"{webhooks}/fallback",
        call_status_url=f"{webhooks}/status/call",
        calls_per_second=CALLS_PER_SECOND,
    )


def wait_until(is_so: Callable[[], bool], product: subprocess.Popen[bytes], within: float) -> bool:
    """Look again and again until it is so, the product dies or time is up: HTTP tells nobody that it is ready."""
    until = monotonic() + within
    while not (found := is_so()) and monotonic() < until:
        try:
            product.wait(LOOK_AGAIN)
        except subprocess.TimeoutExpired:
            continue
        return False
    return found


@contextmanager
def _carrying(carrier: SimulatedCarrier, port: int) -> Iterator[None]:
    try:
        carrier.start()
    except OSError as error:
        raise StageFailure(f"port {port} cannot be used ({error.strerror}); choose another with --port") from None
    try:
        yield
    finally:
        carrier.stop()


@contextmanager
def _serving(environment: dict[str, str], log_file: Path, port: int) -> Iterator[subprocess.Popen[bytes]]:
    command = (*PROGRAM, "serve", "--port", str(port))
    with log_file.open("wb") as log:
        product = subprocess.Popen(  # noqa: S603 - our own program
            command, cwd=ROOT, env=environment, stdin=subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True
        )
    try:
        if not wait_until(lambda: _is_ready(port), product, STARTS_WITHIN):
            raise StageFailure(f"phonetree serve did not get ready:\n{log_file.read_text()[-2000:]}")
        yield product
    finally:
        _stop(product)


def _stop(product: subprocess.Popen[bytes]) -> None:
    """Ask it to end; then end it with all that it started."""
    product.terminate()
    try:
        with suppress(subprocess.TimeoutExpired):
            product.wait(STOPS_WITHIN)
    finally:
        with suppress(ProcessLookupError):
            os.killpg(product.pid, signal.SIGKILL)
        product.wait()


def _run(environment: dict[str, str], arguments: Sequence[str], typed: str = "") -> str:
    command = " ".join(arguments[:2])
    try:
        done = subprocess.run(  # noqa: S603 - our own program
            (*PROGRAM, *arguments),
            cwd=ROOT, env=environment, input=typed, capture_output=True, text=True, check=False, timeout=STARTS_WITHIN,
        )  # fmt: skip
    except subprocess.TimeoutExpired:
        raise StageFailure(f"phonetree {command} did not end") from None
    if done.returncode:
        raise StageFailure(f"phonetree {command} failed:\n{done.stdout}{done.stderr}")
    return done.stdout.strip()


def _environment(instance: Path) -> dict[str, str]:
    """Ours alone: no setting of the person who plays the demo reaches it."""
    inherited = {name: value for name, value in os.environ.items() if not name.startswith(_OURS)}
    return inherited | {
        "DATABASE_URL": f"sqlite:///{instance / 'phonetree.db'}",
        "PHONETREE_KEYS": new_master_key(),
        "PHONETREE_KEY_DIR": str(instance / "keys"),
    }


def _is_ready(port: int) -> bool:
    try:
        with urlopen(f"http://127.0.0.1:{port}/readyz", timeout=5) as answer:
            return bool(answer.status == 200)  # noqa: PLR2004
    except (URLError, OSError):
        return False


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def _endable() -> Iterator[None]:
    """SIGTERM ends the demo like Ctrl-C, so that no process is left behind; only the main thread can say so."""

    def leave(_number: int, _frame: object) -> None:
        raise KeyboardInterrupt

    try:
        before = signal.signal(signal.SIGTERM, leave)
    except ValueError:
        yield
        return
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)
