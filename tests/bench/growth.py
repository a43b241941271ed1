"""Reports over half a million talks: how long a page takes that counts everything anew, on both engines.

SQLite counts in the process that is measured, PostgreSQL in its own: on a busy machine look at the CPU of the first.
"""

import statistics
import tempfile
import time
from collections.abc import Iterator

from portal import clock, create_app, migrating
from portal.accounts.models import Account
from portal.counting import queries as counting
from tests import postgres
from tests.bench import world
from tests.conftest import settings_for
from tests.page import Client

TALKS = 500_000
ROUNDS = 5
BUDGET = 1.0
PAGES = [
    *[(path, 2) for path in ("/landelijk", "/landelijk?programme=ecz", "/landelijk/evaluaties")],
    *[(path, 1) for path in ("/regio/cijfers", "/regio/evaluaties", "/regio/overzicht")],
]


def report() -> Iterator[str]:
    """Lines of the budget: seconds on the clock, the median of several rounds."""
    with tempfile.TemporaryDirectory(prefix="growth") as folder:
        yield from _of_engine("SQLite", f"sqlite:///{folder}/growth.db")
    with postgres.running() as url:
        yield from _of_engine("PostgreSQL", url.format(name="postgres"))


def _of_engine(name: str, url: str) -> Iterator[str]:
    app = create_app(settings_for(url))
    with app.app_context():
        migrating.upgrade(app.extensions["portal"])
        world.fill(clock.now(), talks=TALKS)
        for path, account in PAGES:
            yield f"{TALKS:,} talks, {name:<10}  {path:<26} {_seconds(Client(app), Account.get_by_id(account), path)}"


def _seconds(client: Client, account: Account, path: str) -> str:
    client.sign_in(account)
    taken, used = [], []
    for _ in range(ROUNDS):
        counting.forget()
        began, began_to_use = time.perf_counter(), time.process_time()
        page = client.get(path)
        taken.append(time.perf_counter() - began)
        used.append(time.process_time() - began_to_use)
        assert page.status == 200, page.status
    median = statistics.median(taken)
    kept = "kept" if median <= BUDGET else "OVER"
    told = f"min {min(taken):.2f}, max {max(taken):.2f}, of which here {statistics.median(used):.2f} of CPU"
    return f"{median:.2f} s ({told}; budget {BUDGET} s, {kept})"


if __name__ == "__main__":
    for line in report():
        print(line, flush=True)
