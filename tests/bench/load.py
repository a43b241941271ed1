"""How long it takes to load all of Sterk in je werk, 43,835 enrolments with their talks, and to count it: both engines.

`python -m tests.bench.load` checks that 88.0% comes out; two minutes on SQLite is the budget.
"""

import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from tests import postgres
from tests.imports import files

ROOT = Path(__file__).parent.parent.parent
BUDGET = 120
COUNTS = "report counts --programme sijw --from 2018-01-01 --to 2021-12-31 --reference-date 2022-06-01"


def cpu_seconds() -> float:
    """Of all commands that are done: what they would take where nobody else works."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def flask(environ: dict[str, str], *words: str) -> tuple[str, float]:
    """What the command says, and how many seconds it took."""
    began = time.monotonic()
    command = [str(Path(sys.executable).parent / "flask"), "--app", "wsgi", *words]
    done = subprocess.run(command, cwd=ROOT, env={**os.environ, **environ}, check=True, stdout=subprocess.PIPE)
    return done.stdout.decode(), time.monotonic() - began


def measure(engine: str, url: str, folder: Path) -> float:
    environ = {"PORTAL_ENV": "demo", "DATABASE_URL": url, "PORTAL_INSTANCE": str(folder / "instance")}
    flask(environ, "db", "upgrade")
    _, dry = flask(environ, "imports", "load", str(folder / "files"), "--dry-run")
    before = cpu_seconds()
    _, first = flask(environ, "imports", "load", str(folder / "files"))
    cpu = cpu_seconds() - before
    _, again = flask(environ, "imports", "load", str(folder / "files"))
    counted, counting = flask(environ, *COUNTS.split())
    share = json.loads(counted)["counters"]["I03"]
    assert (share["numerator"], share["denominator"]) == (files.ENTERED, files.ALL), share
    print(f"{engine:<10} dry run {dry:.1f} s · load {first:.1f} s ({cpu:.1f} s of CPU) · the same again {again:.1f} s")
    print(f"{'':<10} count {counting:.1f} s: {share['numerator'] / share['denominator']:.1%} of {share['denominator']}")
    return first


def main() -> None:
    with tempfile.TemporaryDirectory() as name, postgres.running() as server:
        folder = Path(name)
        files.store(folder / "files", files.cohort())
        on_sqlite = measure("SQLite", f"sqlite:///{folder / 'portal.db'}", folder)
        measure("PostgreSQL", server.format(name="postgres"), folder)
    sys.exit(0 if on_sqlite < BUDGET else 1)


if __name__ == "__main__":
    main()
