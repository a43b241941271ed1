"""The job queue: it only triggers; losing it loses nothing."""

from datetime import timedelta

import pytest
from huey.storage import MemoryStorage, SqliteStorage

from portal import clock as portal_clock
from portal import jobs, outbox
from portal.db import database, transaction
from portal.jobs import Heartbeat
from tests.factories import post


def waiting() -> int:
    return jobs.queue.storage.queue_size()


def test_a_stored_mail_wakes_the_worker(db, clock):
    with transaction():
        post()
        assert waiting() == 0, "not before it is stored"
    assert waiting() == 1


def test_many_mails_of_one_transaction_wake_the_worker_once(db, clock):
    with transaction():
        for number in range(3):
            post(key=f"mail {number}")
    assert waiting() == 1
    post(key="later")
    assert waiting() == 2


def test_a_mail_that_was_not_stored_wakes_nobody(db, clock):
    def post_and_fail() -> None:
        with transaction():
            post()
            raise LookupError

    with pytest.raises(LookupError):
        post_and_fail()
    assert waiting() == 0


def test_what_the_worker_takes_from_the_queue_sends_the_mail(db, clock, server):
    post()
    jobs.queue.execute(jobs.queue.dequeue())
    assert len(server.mails) == 1


class Full(MemoryStorage):
    """A queue whose disk is full."""

    def enqueue(self, data, priority=None):
        raise OSError("No space left on device")


def test_a_queue_that_is_broken_stops_nobody_and_the_sweep_does_the_work(db, clock, server, monkeypatch, caplog):
    monkeypatch.setattr(jobs.queue, "storage", Full("portal"))
    with transaction():
        mail = post()
    assert outbox.Mail.get_by_id(mail.id).status == outbox.MailStatus.WAITING
    assert "did not take a trigger" in caplog.text
    outbox.sweep.call_local()
    assert len(server.mails) == 1


def test_a_queue_that_was_emptied_loses_nothing(db, clock, server):
    post()
    jobs.queue.storage.flush_all()
    outbox.sweep.call_local()
    assert len(server.mails) == 1


def test_the_worker_lets_go_of_its_connection_after_each_job(db, clock):
    assert not database.is_closed() or database.connect()
    jobs.beat.call_local()
    assert database.is_closed()


def test_the_heartbeat_is_one_row(db, clock):
    jobs.beat.call_local()
    clock.shift(timedelta(minutes=1))
    jobs.beat.call_local()
    assert [row.seen_at for row in Heartbeat.select()] == [portal_clock.now()]


def periodic() -> dict[str, object]:
    registered = jobs.queue._registry.periodic_tasks
    return {f"{task.__module__}.{task.name}": task for task in registered}


@pytest.mark.parametrize(
    ("name", "runs", "rests"),
    [
        ("portal.jobs.beat", [0, 1, 59], []),
        ("portal.outbox.sweep", [0, 1, 59], []),
        ("portal.enrolments.jobs.erase_unconfirmed", [17], [0, 16, 18]),
        ("portal.accounts.jobs.forget_what_ended", [7], [0, 17]),
    ],
)
def test_what_happens_by_the_clock(db, clock, name, runs, rests):
    task = periodic()[name]
    on_the_hour = portal_clock.now().replace(tzinfo=None)
    assert all(task.validate_datetime(on_the_hour + timedelta(minutes=m)) for m in runs)
    assert not any(task.validate_datetime(on_the_hour + timedelta(minutes=m)) for m in rests)


def test_the_queue_of_a_real_portal_is_kept_beside_the_database(set_up, tmp_path, migrated):
    set_up(testing=False, instance=tmp_path / "instance")
    if migrated.database_url.startswith("sqlite"):
        assert isinstance(jobs.queue.storage, SqliteStorage)
        assert (tmp_path / "instance" / "jobs.db").exists()
    else:
        assert type(jobs.queue.storage).__name__ == "PostgresStorage"
