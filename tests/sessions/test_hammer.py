"""A short run of `make hammer` in every test run: through the pages, in real processes, on both engines."""

from tests.hammer.ground import hammer

KINDS = {"book", "hold", "plan", "move", "cancel"}


def test_nothing_overlaps_and_every_refusal_is_a_proper_answer(app, clock, migrated, memory):
    url = migrated.database_url
    url = f"sqlite:///{memory / 'test.db'}" if url.startswith("sqlite") else url
    report = hammer(app, url, processes=4, attempts=25, coaches=2)
    assert report.errors == {}
    assert report.overlaps == []
    assert report.attempts == report.done.total() + report.refused.total() == 100
    assert {"book", "cancel"} <= set(report.done) <= KINDS
    assert {words[:4] for words in report.refused} <= {"404 ", "409 ", "410 ", "422 "}
