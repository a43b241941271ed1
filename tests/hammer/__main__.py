"""`make hammer`: on both engines, each on an empty database of its own."""

import argparse
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from portal import create_app, migrating
from portal.db import connect_to, database
from portal.sessions import rules
from tests import postgres
from tests.conftest import settings_for
from tests.hammer.ground import hammer

# In one real day: this many tries are no longer somebody who chooses.
DAILY_LIMITS = ("BOOKINGS_A_DAY", "MOVES_A_DAY")


@contextmanager
def fresh(engine: str) -> Iterator[str]:
    """The address of an empty database of its own."""
    if engine == "sqlite":
        with tempfile.TemporaryDirectory() as folder:
            yield f"sqlite:///{Path(folder) / 'portal.db'}"
    else:
        with postgres.running() as url:
            yield url.format(name="postgres")


def main() -> int:
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--processes", type=int, default=16)
    asked.add_argument("--attempts", type=int, default=500)
    asked.add_argument("--coaches", type=int, default=20)
    asked.add_argument("--engine", choices=["sqlite", "postgres"], action="append")
    options = asked.parse_args()
    for name in DAILY_LIMITS:
        setattr(rules, name, sys.maxsize)
    sound = True
    for engine in options.engine or ["sqlite", "postgres"]:
        with fresh(engine) as url:
            settings = settings_for(url)
            database.initialize(connect_to(url))
            migrating.upgrade(settings)
            app = create_app(settings)
            with app.app_context():
                report = hammer(
                    app, url, processes=options.processes, attempts=options.attempts, coaches=options.coaches
                )
            database.close()
        print(f"{engine}: {options.processes} processes on {options.coaches} coaches\n{report}\n", flush=True)
        sound = sound and not report.errors and not report.overlaps
    return 0 if sound else 1


if __name__ == "__main__":
    sys.exit(main())
