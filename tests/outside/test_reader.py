"""What a calendar elsewhere says about when its owner is busy; and what a hostile one can do: nothing."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from time import perf_counter

import pytest

from portal.outside import actions, reader
from tests.outside.calendars import OWN, SINCE, UNTIL, asked, busy_at, calendar, event, served, serving

TEN, ELEVEN = "20260303T100000Z", "20260303T110000Z"
TZ = "TZID=America/New_York"


def times(text: str | bytes) -> list[str]:
    """In short: 'day hour:minute-day hour:minute', in UTC."""
    raw = text.encode() if isinstance(text, str) else text
    found = reader.busy_times(raw, since=SINCE, until=UNTIL, own_host=OWN)
    return [f"{start:%m%d %H:%M}-{end:%m%d %H:%M}" for start, end in found]


TUESDAY = ["0303 10:00-0303 11:00"]
MOVED = event("RECURRENCE-ID:20260304T100000Z", "DTSTART:20260304T150000Z", "DTEND:20260304T160000Z", "SEQUENCE:1")
OFF = event("RECURRENCE-ID:20260304T100000Z", "DTSTART:20260304T100000Z", "DTEND:20260304T110000Z", "STATUS:CANCELLED")
ZONE = (
    "BEGIN:VTIMEZONE\r\nTZID:Zomaar\r\nBEGIN:STANDARD\r\nDTSTART:19700101T000000\r\nTZOFFSETFROM:+0300\r\n"
    "TZOFFSETTO:+0300\r\nEND:STANDARD\r\nEND:VTIMEZONE\r\n"
)
UNDERSTOOD = {
    "in UTC": (busy_at(TEN, ELEVEN), TUESDAY),
    "with a length": (event(f"DTSTART:{TEN}", "DURATION:PT1H"), TUESDAY),
    "floating": (busy_at("20260303T110000", "20260303T120000"), TUESDAY),
    "elsewhere": (event(f"DTSTART;{TZ}:20260303T050000", f"DTEND;{TZ}:20260303T060000"), TUESDAY),
    "by its Windows name": (
        event("DTSTART;TZID=W. Europe Standard Time:20260303T110000", "DURATION:PT1H"),
        TUESDAY,
    ),
    "in a zone of its own": (ZONE + event("DTSTART;TZID=Zomaar:20260303T130000", "DURATION:PT1H"), TUESDAY),
    "in a zone that nobody knows": (event("DTSTART;TZID=Nergens/Land:20260303T110000", "DURATION:PT1H"), TUESDAY),
    "in a path": (event("DTSTART;TZID=../../../etc/passwd:20260303T110000", "DURATION:PT1H"), TUESDAY),
    "a whole day": (event("DTSTART;VALUE=DATE:20260303"), ["0302 23:00-0303 23:00"]),
    "days with a clock change": (
        event("DTSTART;VALUE=DATE:20260328", "DTEND;VALUE=DATE:20260331"),
        ["0327 23:00-0330 22:00"],
    ),
    "every week over a clock change": (
        busy_at("20260327T100000", "20260327T110000", "een", "RRULE:FREQ=WEEKLY;COUNT=2"),
        ["0327 09:00-0327 10:00", "0403 08:00-0403 09:00"],
    ),
    "but for one day": (
        busy_at(TEN, ELEVEN, "een", "RRULE:FREQ=DAILY;COUNT=3", "EXDATE:20260304T100000Z"),
        [*TUESDAY, "0305 10:00-0305 11:00"],
    ),
    "one of them moved": (
        event(f"DTSTART:{TEN}", f"DTEND:{ELEVEN}", "RRULE:FREQ=DAILY;COUNT=2") + MOVED,
        [*TUESDAY, "0304 15:00-0304 16:00"],
    ),
    "one of them cancelled": (event(f"DTSTART:{TEN}", f"DTEND:{ELEVEN}", "RRULE:FREQ=DAILY;COUNT=2") + OFF, TUESDAY),
    "with an extra day": (
        busy_at(TEN, ELEVEN, "een", "RDATE:20260306T100000Z"),
        [*TUESDAY, "0306 10:00-0306 11:00"],
    ),
    "free": (busy_at(TEN, ELEVEN, "een", "TRANSP:TRANSPARENT"), []),
    "free in Outlook": (busy_at(TEN, ELEVEN, "een", "X-MICROSOFT-CDO-BUSYSTATUS:FREE"), []),
    "cancelled": (busy_at(TEN, ELEVEN, "een", "STATUS:CANCELLED"), []),
    "tentative": (busy_at(TEN, ELEVEN, "een", "STATUS:TENTATIVE"), TUESDAY),
    "our own": (busy_at(TEN, ELEVEN, f"abc@{OWN}"), []),
    "without an end": (event(f"DTSTART:{TEN}"), []),
    "touching": (busy_at(TEN, ELEVEN) + busy_at(ELEVEN, "20260303T113000Z", "twee"), ["0303 10:00-0303 11:30"]),
    "within another": (busy_at(TEN, ELEVEN) + busy_at("20260303T102000Z", "20260303T103000Z", "twee"), TUESDAY),
    "begun before": (busy_at("20260227T100000Z", "20260302T090000Z"), ["0302 00:00-0302 09:00"]),
    "over": (busy_at("20260201T100000Z", "20260201T110000Z"), []),
    "beyond what anybody can book": (busy_at("20270201T100000Z", "20270201T110000Z"), []),
    "since 1604": (event("DTSTART;VALUE=DATE:16040303", "RRULE:FREQ=YEARLY"), ["0302 23:00-0303 23:00"]),
    "beside one without a beginning": (event("SUMMARY:Niets") + busy_at(TEN, ELEVEN, "twee"), TUESDAY),
    "beside one with a day that is none": (event("DTSTART:20269903T1000Z") + busy_at(TEN, ELEVEN, "twee"), TUESDAY),
    "beside one with a rule that is none": (
        busy_at("20260303T180000Z", "20260303T190000Z", "twee", "RRULE:FREQ=NOOIT") + busy_at(TEN, ELEVEN),
        TUESDAY,
    ),
    "nothing": ("", []),
    "with words in them": (
        busy_at(TEN, ELEVEN, "een", "SUMMARY:a\\nEND:VEVENT\\, \\;", "DESCRIPTION:BEGIN:VEVENT"),
        TUESDAY,
    ),
}


@pytest.mark.parametrize(("events", "expected"), UNDERSTOOD.values(), ids=UNDERSTOOD)
def test_busy_times_are_understood(events, expected):
    assert times(calendar(events)) == expected


def test_busy_times_of_a_rule_without_an_end_stop_at_the_horizon():
    found = times(calendar(busy_at("20200101T100000Z", "20200101T110000Z", "een", "RRULE:FREQ=DAILY")))
    assert (len(found), found[0], found[-1][:4]) == (182, "0302 10:00-0302 11:00", "0830")


@pytest.mark.parametrize("end", ["\r\n", "\n", "\r"], ids=["CRLF", "LF", "CR"])
def test_busy_times_do_not_depend_on_how_lines_end(end):
    if end == "\r":
        with pytest.raises(reader.Unreadable):
            times(calendar(busy_at(TEN, ELEVEN)).replace("\r\n", end))
    else:
        assert times(calendar(busy_at(TEN, ELEVEN)).replace("\r\n", end)) == TUESDAY


# -- files that mean harm


def nested(depth: int) -> str:
    return "BEGIN:VEVENT\r\n" * depth + "END:VEVENT\r\n" * depth


HARMFUL = {
    "every second, a thousand million times": busy_at(TEN, ELEVEN, "een", "RRULE:FREQ=SECONDLY;COUNT=1000000000"),
    "the same, folded": busy_at(TEN, ELEVEN, "een", "RRULE:FRE\r\n Q=SECONDLY;COUNT=1000000000"),
    "every minute": busy_at(TEN, ELEVEN, "een", "RRULE:FREQ=MINUTELY"),
    "a day that never comes": busy_at(TEN, ELEVEN, "een", "RRULE:FREQ=HOURLY;BYMONTH=2;BYMONTHDAY=30"),
    "every second of many lists": busy_at(
        TEN,
        ELEVEN,
        "een",
        f"RRULE:FREQ=YEARLY;BYSECOND={','.join(map(str, range(60)))};BYMINUTE="
        f"{','.join(map(str, range(60)))};BYHOUR={','.join(map(str, range(24)))}",
    ),
    "5,000 that come back": "".join(busy_at(TEN, ELEVEN, str(n), "RRULE:FREQ=DAILY") for n in range(5_000)),
    "100,000 events": "BEGIN:VEVENT\nEND:VEVENT\n" * 40_000,
    "3,000 deep": nested(3_000),
    "one line of 1 MB": f"SUMMARY:{'a' * 1_000_000}\r\n",
    "one parameter of 1 MB": f'SUMMARY;X={"a" * 500_000};Y="{"b" * 400_000}":x\r\n',
    "a million commas": f"CATEGORIES:{',' * 900_000}\r\n",
    "many days out": busy_at(TEN, ELEVEN, "een", "RRULE:FREQ=DAILY", f"EXDATE:{','.join([TEN] * 40_000)}"),
}


def test_harmful_files_end_within_the_limits():
    """All at once, each in the real reader: in seconds, with a word, and never with more than it may find."""
    with serving() as server:
        server.answers = {f"/{number}": served(calendar(text)) for number, text in enumerate(HARMFUL.values())}
        before = perf_counter()
        with ThreadPoolExecutor(2) as pool:
            found = pool.map(lambda n: asked(server.address(f"/{n}"), server.host, read_seconds=1), range(len(HARMFUL)))
        answers = dict(zip(HARMFUL, found, strict=True))
        passed = perf_counter() - before
    assert passed < len(HARMFUL) * actions.READER_SECONDS, passed
    for name, answer in answers.items():
        assert answer.get("trouble") in ("too_much", "not_a_calendar", "too_big", None), name
        assert len(answer.get("busy", [])) <= reader.MOST_TIMES, name
    for name in ("every second, a thousand million times", "100,000 events", "3,000 deep"):
        assert answers[name].get("trouble"), name


@pytest.mark.parametrize(
    "text",
    [
        b"", b"\0" * 100, b"<!doctype html><title>Inloggen</title>", b"BEGIN:VCARD\r\nEND:VCARD\r\n",
        b"BEGIN:VCALENDAR\r\nVERSION:2.0\0\r\nEND:VCALENDAR\r\n", b'{"error": "no"}', b"\x1f\x8b\x08\x00rubbish",
    ],
    ids=["nothing", "zeros", "a page", "a card", "a zero inside", "JSON", "half a gzip"],
)  # fmt: skip
def test_what_is_no_calendar_is_told_so(text):
    with pytest.raises(reader.Unreadable, match="not_a_calendar"):
        reader.judged(200, text)


def test_what_is_cut_off_is_no_calendar():
    with pytest.raises(reader.Unreadable, match="not_a_calendar"):
        times("BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nDTSTART:20260303T100000Z\r\n")


def test_instants_of_wall_times_that_come_twice_are_the_widest():
    twice = datetime(2026, 10, 25, 2, 30)  # noqa: DTZ001
    assert reader.instant(twice, fold=0) == datetime(2026, 10, 25, 0, 30, tzinfo=UTC)
    assert reader.instant(twice, fold=1) == datetime(2026, 10, 25, 1, 30, tzinfo=UTC)
