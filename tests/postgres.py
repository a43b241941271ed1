"""A throw-away PostgreSQL for the tests: started here, gone afterwards."""

import glob
import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest


def missing(reason: str) -> None:
    """Skip what this machine cannot run; where everything is required, fail."""
    if os.environ.get("CI") == "true" or os.environ.get("REQUIRE_ALL") == "1":
        pytest.fail(f"required here: {reason}")
    pytest.skip(reason)


def _binaries() -> Path | None:
    found = shutil.which("initdb")
    places = sorted(glob.glob("/usr/lib/postgresql/*/bin/initdb"), key=lambda p: int(p.split("/")[4]))
    newest = places[-1] if places else found
    return Path(newest).parent if newest else None


def _as_server_user(command: list[str]) -> list[str]:
    """PostgreSQL refuses to run as root; Debian's package comes with a user for it."""
    return ["runuser", "-u", "postgres", "--", *command] if os.geteuid() == 0 else command


@contextmanager
def running() -> Iterator[str]:
    """The URL prefix of a running server, such as 'postgresql://…/': add a database name and the socket's query."""
    if os.environ.get("TEST_POSTGRES"):
        yield os.environ["TEST_POSTGRES"]
        return
    binaries = _binaries()
    if binaries is None:
        missing("no PostgreSQL on this machine (initdb not found)")
    directory = Path(tempfile.mkdtemp(prefix="pg", dir="/tmp"))
    directory.chmod(0o777)
    data = directory / "data"
    _run([str(binaries / "initdb"), "-D", str(data), "-U", "postgres", "-A", "trust", "-E", "UTF8", "--no-sync"])
    options = f"-c listen_addresses='' -c unix_socket_directories={directory} -c fsync=off -c full_page_writes=off"
    _run([str(binaries / "pg_ctl"), "-D", str(data), "-w", "-l", str(directory / "log"), "-o", options, "start"])
    try:
        yield f"postgresql://postgres@/{{name}}?host={directory}"
    finally:
        _run([str(binaries / "pg_ctl"), "-D", str(data), "-m", "immediate", "stop"])
        shutil.rmtree(directory, ignore_errors=True)


def _run(command: list[str]) -> None:
    subprocess.run(_as_server_user(command), check=True, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, cwd="/")
