"""What others reported, where it is the whole of a share of ours."""

from datetime import UTC, date, datetime

from portal.access import PORTAL
from portal.counting.periods import Period
from portal.programmes.codes import ProgrammeCode
from portal.published import actions, queries
from portal.published.rules import Published, Qualifier

YEAR = Period(date(2020, 1, 1), date(2020, 12, 31))
SIJW = ProgrammeCode.SIJW


def publish(value: float, *, period: Period = YEAR, counter: str = "C01", source: str = "monitor") -> None:
    one = Published(counter, SIJW, period, None, value, Qualifier.EXACT, source)
    actions.record_published(PORTAL, [one], now=datetime(2026, 3, 2, tzinfo=UTC))


def test_the_whole_of_a_share_that_others_reported(db):
    assert queries.reported_whole(SIJW, "C01", YEAR) is None
    publish(0.35, source="another")
    publish(1.0, counter="T01")
    assert queries.reported_whole(SIJW, "C01", YEAR) is None
    publish(3545)
    assert queries.reported_whole(SIJW, "C01", YEAR) == 3545
    assert queries.reported_whole(SIJW, "C01", Period(date(2020, 1, 1), date(2020, 6, 30))) is None
    publish(3600, source="a later monitor")
    assert queries.reported_whole(SIJW, "C01", YEAR) == 3600
