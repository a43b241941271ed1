"""What the checks of the whole portal share."""

from collections.abc import Iterator

import pytest

from portal import jobs


@pytest.fixture
def queue_kept() -> Iterator[None]:
    """Creating an application points the queue at it; the other tests have theirs."""
    before = getattr(jobs.queue, "flask_app", None), jobs.queue.storage
    yield
    jobs.queue.flask_app, jobs.queue.storage = before
