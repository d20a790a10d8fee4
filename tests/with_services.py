"""Run a command with a PostgreSQL and a Redis of its own, thrown away afterwards; say what is missing, Chromium too."""

from __future__ import annotations

import argparse
import os
import shutil
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

PACKAGES = {"PostgreSQL": "postgresql", "Redis": "redis-server", "Chromium": "chromium"}
BINARIES = {"PostgreSQL": "initdb", "Redis": "redis-server", "Chromium": "chromium"}
PATH = os.pathsep.join(
    [
        os.environ.get("PATH", ""),
        "/usr/sbin",
        *sorted(map(str, Path("/usr/lib/postgresql").glob("*/bin")), reverse=True),
    ]
)


def free_port() -> int:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return int(taken.getsockname()[1])


def as_postgres(command: list[str]) -> list[str]:
    """PostgreSQL refuses to run as root: then its own account runs it."""
    return (
        ["setpriv", "--reuid=postgres", "--regid=postgres", "--clear-groups", *command] if os.getuid() == 0 else command
    )


def run(command: list[str], **kw: object) -> None:
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL, cwd="/", **kw)  # type: ignore[call-overload]  # noqa: S603


@contextmanager
def postgresql(folder: Path) -> Iterator[str]:
    binaries = Path(shutil.which("initdb", path=PATH) or "").parent
    home, port = folder / "pg", free_port()
    home.mkdir()
    if os.getuid() == 0:
        shutil.chown(home, "postgres", "postgres")
    initdb = [str(binaries / "initdb"), "-D", str(home / "data"), "-U", "tester", "--auth=trust", "--no-sync"]
    run(as_postgres([*initdb, "--locale=C.UTF-8", "--encoding=UTF8"]))
    options = f"-c listen_addresses=127.0.0.1 -c port={port} -c unix_socket_directories={home} -c max_connections=200"
    options += " -c fsync=off -c full_page_writes=off -c synchronous_commit=off"  # it is thrown away
    control = [str(binaries / "pg_ctl"), "-D", str(home / "data"), "-w", "-l", str(home / "log")]
    run(as_postgres([*control, "-o", options, "start"]))
    try:
        yield f"postgresql://tester@127.0.0.1:{port}/postgres"
    finally:
        run(as_postgres([*control, "-m", "immediate", "stop"]))


@contextmanager
def redis(folder: Path) -> Iterator[str]:
    port = free_port()
    command = ["redis-server", "--port", str(port), "--bind", "127.0.0.1", "--dir", str(folder), "--save", ""]
    environment = os.environ | {"PATH": PATH}
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, env=environment) as server:  # noqa: S603
        try:
            yield f"redis://127.0.0.1:{port}/0"
        finally:
            server.terminate()


SERVICES = {
    "PostgreSQL": (postgresql, "TEST_POSTGRESQL_URL"),
    "Redis": (redis, "TEST_REDIS_URL"),
}


def absent() -> list[str]:
    return [name for name, binary in BINARIES.items() if shutil.which(binary, path=PATH) is None]


def install() -> None:
    quiet = {"env": os.environ | {"DEBIAN_FRONTEND": "noninteractive"}}
    run(["apt-get", "update", "-qq"], **quiet)
    run(["apt-get", "install", "-y", "-qq", "--no-install-recommends", *PACKAGES.values()], **quiet)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--install", action="store_true", help="install what is missing (Debian packages, as root)")
    parser.add_argument("command", nargs="+")
    asked = parser.parse_args()
    missing = absent()
    if missing and asked.install:
        install()
        missing = absent()
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="phonetree-tests-")))
        folder.chmod(0o755)
        urls = {
            variable: stack.enter_context(start(folder))
            for name, (start, variable) in SERVICES.items()
            if name not in missing
        }
        code = subprocess.run(asked.command, env=os.environ | urls, check=False).returncode  # noqa: S603
    for name in missing:
        sys.stdout.write(f"not run: the tests on {name}. `make test INSTALL=1` installs it (Debian, as root).\n")
    return code or (1 if missing and os.environ.get("REQUIRE_ALL") == "1" else 0)


if __name__ == "__main__":
    sys.exit(main())
