"""Files that are sent in on the page: checked and loaded by the worker, once, whatever crashes; then removed."""

import io
import zipfile
from datetime import timedelta

import pytest

from portal import clock as times
from portal.access import Role
from portal.audit import AuditEntry
from portal.enrolments.models import Enrolment
from portal.imports import actions, archives, mistakes, queries, rules, writes
from portal.imports.models import Upload, UploadedFile
from portal.imports.rules import FileName, LoadStatus
from tests.factories import actor_of
from tests.imports import files
from tests.racing import at_once

GOOD = files.files(coaches={}, enrolments={})
WRONG = files.files(enrolments={"programme": "x"})


@pytest.fixture
def send(people, clock):
    def send(made=GOOD) -> Upload:
        return actions.send_in(actor_of(people.rik, Role.NATIONAL), made, now=times.now())

    return send


def work() -> int:
    return actions.carry_out(at=times.now)


def fresh(upload: Upload) -> Upload:
    return Upload.get_by_id(upload.id)


def ask(upload: Upload, people) -> None:
    actions.ask_to_load(actor_of(people.rik, Role.NATIONAL), upload, now=times.now())


def test_it_is_checked_first_and_loaded_when_somebody_says_so(send, people):
    upload = send()
    assert work() == 1
    assert (fresh(upload).status, Enrolment.select().count()) == (LoadStatus.CHECKED, 0)
    assert [(name, counts.new) for name, counts in queries.counts_of(fresh(upload))] == [
        ("coaches.csv", 1),
        ("enrolments.csv", 1),
    ]
    assert work() == 0
    ask(upload, people)
    assert work() == 1
    assert (fresh(upload).status, Enrolment.select().count()) == (LoadStatus.LOADED, 1)
    assert UploadedFile.select().count() == 0
    events = [entry.event for entry in AuditEntry.select().order_by(AuditEntry.id) if entry.event.startswith("import.")]
    assert events == ["import.sent", "import.asked_for", "import.loaded"]
    assert AuditEntry.get(AuditEntry.event == "import.loaded").actor_id == people.rik.id


def test_what_is_wrong_is_kept_without_the_files(send):
    upload = send(WRONG)
    work()
    assert (fresh(upload).status, fresh(upload).problem_count) == (LoadStatus.REFUSED, 1)
    [found] = queries.problems_of(fresh(upload))
    assert (found.file, found.line, found.column) == ("enrolments.csv", 2, "programme")
    assert found.reason == "Dit is geen van de codes. Gebruik: sijw, ecz."
    assert UploadedFile.select().count() == 0


def test_content_lies_sealed_until_it_is_removed(send):
    send(files.files(enrolments={"first_name": "Kanarie"}))
    for file in UploadedFile.select():
        assert b"Kanarie" not in bytes(file.content_sealed)
    assert {file.content.encode("latin-1") for file in UploadedFile.select()} == set(
        files.files(enrolments={"first_name": "Kanarie"}).values()
    )


def test_what_is_dropped_is_not_loaded_any_more(send, people):
    upload = send()
    work()
    actions.drop(actor_of(people.rik, Role.NATIONAL), upload, now=times.now())
    assert (fresh(upload).status, UploadedFile.select().count()) == (LoadStatus.DROPPED, 0)
    with pytest.raises(mistakes.NotToBeLoaded):
        ask(upload, people)


def test_nobody_loads_what_is_not_checked(send, people):
    with pytest.raises(mistakes.NotToBeLoaded):
        ask(send(), people)


def test_what_nobody_loads_is_removed_after_a_day(send, clock):
    upload = send()
    work()
    clock.shift(rules.KEPT - timedelta(minutes=1))
    actions.clear_away(now=times.now())
    assert fresh(upload).status == LoadStatus.CHECKED
    clock.shift(timedelta(minutes=1))
    actions.clear_away(now=times.now())
    assert (fresh(upload).status, UploadedFile.select().count()) == (LoadStatus.DROPPED, 0)
    clock.shift(rules.LISTED)
    actions.clear_away(now=times.now())
    assert Upload.select().count() == 0


def test_after_a_crash_another_worker_begins_again(send, people, clock, monkeypatch):
    upload = send()
    work()
    ask(upload, people)

    def crash(*_, **__):
        raise KeyboardInterrupt

    with monkeypatch.context() as broken:
        broken.setattr(writes, "record_published", crash)
        broken.setattr(writes, "_write_evaluations", crash)
        with pytest.raises(KeyboardInterrupt):
            work()
    assert (fresh(upload).status, Enrolment.select().count()) == (LoadStatus.TO_LOAD, 0)
    assert work() == 0
    clock.shift(rules.SILENT)
    assert work() == 1
    assert (fresh(upload).status, Enrolment.select().count()) == (LoadStatus.LOADED, 1)


def test_what_crashes_three_times_is_given_up(send, clock, monkeypatch):
    upload = send()

    def crash(*_, **__):
        raise KeyboardInterrupt

    monkeypatch.setattr(actions.loads, "check", crash)
    for _ in range(rules.MOST_TRIES):
        with pytest.raises(KeyboardInterrupt):
            work()
        clock.shift(rules.SILENT)
    assert work() == 0
    actions.clear_away(now=times.now())
    assert (fresh(upload).status, UploadedFile.select().count()) == (LoadStatus.FAILED, 0)


def test_who_was_silent_for_too_long_stores_nothing_more(send, people, clock):
    """Two workers believe that they have it: only the last who took it can finish."""
    upload = send()
    work()
    ask(upload, people)
    first = actions._claim(times.now())
    clock.shift(rules.SILENT)
    second = actions._claim(times.now())
    actions._carry_out(first, times.now)
    assert (Enrolment.select().count(), fresh(upload).status) == (0, LoadStatus.TO_LOAD)
    actions._carry_out(second, times.now)
    assert (Enrolment.select().count(), fresh(upload).status) == (1, LoadStatus.LOADED)


def test_two_workers_load_it_once(send, people):
    upload = send()
    work()
    ask(upload, people)
    assert sorted(at_once(lambda number: work(), times=2)) == [0, 1]
    assert Enrolment.select().count() == 1
    assert AuditEntry.select().where(AuditEntry.event == "import.loaded").count() == 1
    assert fresh(upload).status == LoadStatus.LOADED


def test_progress_is_told_while_it_is_checked(send, monkeypatch):
    upload, seen = send(), []
    monkeypatch.setattr(rules, "SAID_EVERY", timedelta(0))
    original = actions.loads.check

    def check(made, *, now, told):
        loaded = original(made, now=now, told=told)
        seen.append((fresh(upload).done, fresh(upload).total))
        return loaded

    monkeypatch.setattr(actions.loads, "check", check)
    work()
    assert seen == [(2, 4)]


# -- what is sent


def zipped(members: dict[str, bytes], compression: int = zipfile.ZIP_DEFLATED) -> bytes:
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w", compression) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return written.getvalue()


def test_files_and_a_zip_of_them_are_the_same():
    members = {str(name): content for name, content in GOOD.items()}
    inside = {f"map/{name}": content for name, content in members.items()} | {"__MACOSX/._coaches.csv": b"x"}
    assert archives.unpack(members.items()) == GOOD
    assert archives.unpack([("alles.zip", zipped(inside))]) == GOOD


@pytest.mark.parametrize(
    ("sent", "error"),
    [
        ([], mistakes.NoFiles),
        ([("alles.zip", zipped({}))], mistakes.UnknownFile),
        ([("deelnemers.csv", b"x")], mistakes.UnknownFile),
        ([("coaches.csv", b"x"), ("Coaches.csv", b"y")], mistakes.FileTwice),
        ([("alles.zip", zipped({"coaches.csv": b"x", "map/coaches.csv": b"y"}))], mistakes.FileTwice),
        ([("alles.zip", zipped({"../../etc/passwd": b"x"}))], mistakes.UnknownFile),
        ([("alles.zip", zipped({f"{n}.csv": b"x" for n in range(7)}))], mistakes.UnknownFile),
        ([("alles.zip", zipped({"coaches.csv": b"x" * 5000})[:-40])], mistakes.BrokenZip),
    ],
)
def test_anything_else_is_refused(sent, error):
    with pytest.raises(error):
        archives.unpack(sent)


def test_a_zip_that_swells_is_not_read_to_its_end(monkeypatch):
    monkeypatch.setattr(rules, "LARGEST_CONTENT", 100_000)
    bomb = zipped({"coaches.csv": b"0" * 5_000_000})
    assert len(bomb) < 10_000
    with pytest.raises(mistakes.UploadTooLarge):
        archives.unpack([("alles.zip", bomb)])
    two = zipped({"coaches.csv": b"0" * 60_000, "enrolments.csv": b"0" * 60_000})
    with pytest.raises(mistakes.UploadTooLarge):
        archives.unpack([("alles.zip", two)])


def test_every_file_of_the_contract_can_be_sent():
    assert set(archives.unpack([(str(name), b"x") for name in FileName])) == set(FileName)
