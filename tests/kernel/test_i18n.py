"""Languages and the Dutch way to write days, times and numbers."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, time

import flask
import pytest

from portal import i18n
from portal.errors import DomainError, NotFound
from portal.i18n import N_

EVENING = datetime(2025, 3, 6, 18, 30, tzinfo=UTC)
DAY = date(2025, 3, 6)

FORMATS = [
    (i18n.moment, EVENING, "donderdag 6 maart 2025 om 19.30 uur", "Thursday 6 March 2025 at 19:30"),
    (i18n.near_moment, EVENING, "donderdag 6 maart om 19.30 uur", "Thursday 6 March at 19:30"),
    (i18n.day, DAY, "donderdag 6 maart 2025", "Thursday 6 March 2025"),
    (i18n.day, EVENING, "donderdag 6 maart 2025", "Thursday 6 March 2025"),
    (i18n.near_day, DAY, "donderdag 6 maart", "Thursday 6 March"),
    (i18n.short_day, DAY, "6 maart 2025", "6 March 2025"),
    (i18n.month_name, DAY, "maart 2025", "March 2025"),
    (i18n.clock_time, EVENING, "19.30", "19:30"),
    (i18n.wall_time, time(8, 5), "8.05", "08:05"),
    (i18n.number, 43835, "43.835", "43,835"),
    (i18n.number, 7.3, "7,3", "7.3"),
    (i18n.number, 0, "0", "0"),
    (i18n.balance, 12, "+12", "+12"),
    (i18n.balance, -8.0, "-8", "-8"),
    (i18n.balance, -0.0, "0", "0"),
    (i18n.share, 0.88, "88,0%", "88.0%"),
    (i18n.share, 1, "100,0%", "100.0%"),
    (i18n.share, 0.0049, "0,5%", "0.5%"),
]


@pytest.mark.parametrize(("write", "value", "dutch", "english"), FORMATS)
def test_formats_in_both_languages(app, write, value, dutch, english):
    with i18n.speaking("nl"):
        assert write(value) == dutch
    with i18n.speaking("en"):
        assert write(value) == english


@pytest.mark.parametrize(
    ("moment", "told"),
    [
        (datetime(2026, 3, 29, 0, 59, tzinfo=UTC), "zondag 29 maart 2026 om 1.59 uur"),
        (datetime(2026, 3, 29, 1, 0, tzinfo=UTC), "zondag 29 maart 2026 om 3.00 uur"),
        (datetime(2026, 10, 25, 0, 30, tzinfo=UTC), "zondag 25 oktober 2026 om 2.30 uur"),
        (datetime(2026, 10, 25, 1, 30, tzinfo=UTC), "zondag 25 oktober 2026 om 2.30 uur"),
        (datetime(2026, 12, 31, 23, 0, tzinfo=UTC), "vrijdag 1 januari 2027 om 0.00 uur"),
    ],
)
def test_instants_are_told_on_a_dutch_clock(app, moment, told):
    with i18n.speaking("nl"):
        assert i18n.moment(moment) == told


@contextmanager
def page(app, chosen: str | None = None) -> Iterator[None]:
    """Inside a request of a browser that chose this language."""
    headers = {"Accept-Language": "fr"} | ({"Cookie": f"taal={chosen}"} if chosen is not None else {})
    for name in list(flask.g):  # Each request has its own, also inside the context of the test.
        flask.g.pop(name)
    with app.test_request_context("/", headers=headers):
        yield


@pytest.mark.parametrize(
    ("chosen", "spoken"), [(None, "nl"), ("en", "en"), ("nl", "nl"), ("fr", "nl"), ("", "nl"), ("../en", "nl")]
)
def test_dutch_unless_somebody_chose_english(app, chosen, spoken):
    with page(app, chosen):
        assert i18n.language() == spoken


def test_a_mail_is_written_in_the_language_of_its_reader_whatever_the_page_speaks(app):
    with page(app, "en"):
        with i18n.speaking("nl"):
            assert i18n.day(DAY) == "donderdag 6 maart 2025"
        assert i18n.day(DAY) == "Thursday 6 March 2025"


def test_a_sentence_with_markup_escapes_its_values_only(app):
    with i18n.speaking("en"):
        made = i18n.markup_gettext("<b>%(name)s</b>", name="<i>Noor</i>")
    assert made == "<b>&lt;i&gt;Noor&lt;/i&gt;</b>"


def test_an_error_speaks_the_language_of_the_page(app):
    class Full(DomainError):
        message = N_("%(num)s is too many.")

    with page(app, "en"):
        assert str(Full(num=3)) == "3 is too many."
    with page(app):
        assert str(NotFound()) == "Deze pagina is er niet (meer)."


def test_an_error_of_the_domain_has_a_status():
    assert (DomainError.status, NotFound.status, DomainError.field) == (422, 404, None)


def test_an_error_without_values_shows_one_percent_sign(app):
    class NotAShare(DomainError):
        message = N_("Write it as 88%%.")

    with i18n.speaking("nl"):
        assert str(NotAShare()) == "Write it as 88%."


READABLE = [
    ("6-3-2026", date(2026, 3, 6)),
    ("06/03/26", date(2026, 3, 6)),
    ("6.3.2026", date(2026, 3, 6)),
    (" 6 - 3 - 2026 ", date(2026, 3, 6)),
    ("2026-03-06", date(2026, 3, 6)),
    ("20260306", date(2026, 3, 6)),
    ("6 maart 2026", date(2026, 3, 6)),
    ("6 mrt 2026", date(2026, 3, 6)),
    ("vr 6 mrt. 2026", date(2026, 3, 6)),
    ("vrijdag 6 maart 2026", date(2026, 3, 6)),
    ("6 MAART 2026", date(2026, 3, 6)),
    ("6 March 2026", date(2026, 3, 6)),
    ("1 jan 2026", date(2026, 1, 1)),
    ("29 februari 2028", date(2028, 2, 29)),
]


@pytest.mark.parametrize(("typed", "meant"), READABLE)
def test_a_day_is_read_in_every_notation_without_doubt(typed, meant):
    assert i18n.read_day(typed) == meant


@pytest.mark.parametrize(
    "typed",
    [
        "", "morgen", "6", "6-3", "31-4-2026", "29-2-2026", "0000-00-00", "2026-13-01", "6-3-10000", "6-3-1899",
        "6 ma 2026", "6 foo 2026", "٦-٣-٢٠٢٦", "2026-03-06T12:00", "-6-3-2026", "6-3-2026; DROP TABLE",
    ],
)  # fmt: skip
def test_a_day_that_is_none_is_refused(typed):
    with pytest.raises(ValueError, match=r"day|month|year|range"):
        i18n.read_day(typed)
