"""Who can be offered, what a profile needs, what may not be recorded, and how a coach leaves."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from portal.accounts.rules import LooksLikeServiceNumber
from portal.coaches import rules
from portal.coaches.rules import Certificate, CoachStatus, Standing
from portal.programmes.codes import Mode, ProgrammeCode
from tests.factories import profile

TODAY = date(2026, 3, 2)
DAY = timedelta(days=1)
READY = Standing(
    status=CoachStatus.AVAILABLE,
    agreed_at=datetime(2026, 1, 1, tzinfo=UTC),
    checked_until=TODAY + 300 * DAY,
    programmes=frozenset({ProgrammeCode.SIJW}),
    available_from=TODAY,
)


def problems(**changes: object) -> list[str]:
    return [type(problem).__name__ for problem in rules.problems(profile(**changes))]


def test_who_is_ready_is_offered_in_their_own_programme_only() -> None:
    assert rules.is_bookable(READY, programme=ProgrammeCode.SIJW, today=TODAY)
    assert not rules.is_bookable(READY, programme=ProgrammeCode.ECZ, today=TODAY)


@pytest.mark.parametrize(
    "changes",
    [
        {"status": CoachStatus.APPLIED},
        {"status": CoachStatus.PAUSED},
        {"status": CoachStatus.WITHDRAWN},
        {"status": CoachStatus.BLOCKED},
        {"agreed_at": None},
        {"checked_until": None},
        {"checked_until": TODAY - DAY},
        {"available_from": TODAY + DAY},
        {"withdrawn_on": TODAY},
        {"blocked_on": TODAY},
    ],
    ids=str,
)
def test_one_thing_missing_and_nobody_is_offered_this_coach(changes: dict) -> None:
    assert not rules.is_bookable(replace(READY, **changes), programme=ProgrammeCode.SIJW, today=TODAY)


def test_a_certificate_holds_on_its_last_day() -> None:
    last_day = replace(READY, checked_until=TODAY)
    assert rules.is_bookable(last_day, programme=ProgrammeCode.SIJW, today=TODAY)
    assert not rules.is_bookable(last_day, programme=ProgrammeCode.SIJW, today=TODAY + DAY)


@pytest.mark.parametrize(
    ("days_left", "expected"),
    [
        (61, Certificate.VALID),
        (60, Certificate.ENDING),
        (0, Certificate.ENDING),
        (-1, Certificate.ENDED),
    ],
)
def test_the_warning_begins_sixty_days_before_the_end(days_left: int, expected: Certificate) -> None:
    assert rules.certificate(TODAY + days_left * DAY, TODAY) == expected


def test_without_a_certificate_it_is_missing() -> None:
    assert rules.certificate(None, TODAY) == Certificate.MISSING


def test_room_ends_at_the_capacity() -> None:
    assert rules.has_room(running=3, capacity=4)
    assert not rules.has_room(running=4, capacity=4)
    assert not rules.has_room(running=0, capacity=0)


# -- the profile


def test_a_complete_profile_has_no_problems() -> None:
    assert problems() == []
    rules.check_profile(profile())


@pytest.mark.parametrize("field", ["intro", "programmes", "themes", "modes", "regions"])
def test_a_profile_needs_these(field: str) -> None:
    missing = profile(**{field: "" if field == "intro" else frozenset()})
    found = list(rules.problems(missing))
    assert [problem.field for problem in found] == [field]
    with pytest.raises(rules.ProfileIncomplete):
        rules.check_profile(missing)


@pytest.mark.parametrize(("capacity", "fits"), [(0, False), (1, True), (50, True), (51, False)])
def test_capacity_is_from_one_to_fifty(capacity: int, fits: bool) -> None:
    assert (problems(capacity=capacity) == []) is fits


def test_extra_coaching_is_never_only_at_a_location() -> None:
    at_a_place = {"modes": frozenset({Mode.LOCATION}), "place": "Markt 1, Hengelo", "pc4": 7551}
    assert problems(**at_a_place) == ["NoRemoteMode"]
    assert problems(**at_a_place, programmes=frozenset({ProgrammeCode.SIJW})) == []


def test_online_needs_a_link_and_a_location_needs_a_place_with_a_postcode() -> None:
    assert problems(modes=frozenset({Mode.VIDEO})) == ["VideoLinkMissing"]
    everywhere = frozenset(Mode)
    link = "https://meet.example.org/bram"
    assert problems(modes=everywhere, video_link=link) == ["PlaceMissing"]
    assert problems(modes=everywhere, video_link=link, place="Markt 1") == ["PlaceMissing"]
    assert problems(modes=everywhere, video_link=link, place="Markt 1", pc4=7551) == []


@pytest.mark.parametrize("text", ["https://meet.example.org/bram?x=1#2", "http://video.example.org:8443/123456782"])
def test_a_link_leads_to_a_host_on_the_web(text: str) -> None:
    assert rules.is_link(text)
    assert problems(video_link=text) == []


@pytest.mark.parametrize(
    "text",
    [
        "javascript:alert(1)",
        "ftp://example.org/",
        "https://localhost/",
        "https://",
        "https://bram:geheim@example.org/",
        "https://exa mple.org/",
        'https://example.org/"onclick="',
        "https://example.org/<b>",
        "https://[::1/",
        "https://.example.org",
    ],
)
def test_what_is_no_link_is_refused(text: str) -> None:
    assert problems(video_link=text) == ["NotALink"]


@pytest.mark.parametrize(
    ("typed", "link"),
    [
        ("meet.example.org/bram", "https://meet.example.org/bram"),
        (" https://meet.example.org ", "https://meet.example.org"),
        ("", ""),
        (None, ""),
    ],
)
def test_a_link_is_completed_as_people_copy_it(typed: str | None, link: str) -> None:
    assert rules.full_link(typed) == link


@pytest.mark.parametrize("field", ["intro", "languages", "place"])
def test_a_citizen_service_number_is_refused_where_people_write(field: str) -> None:
    (problem,) = rules.problems(profile(**{field: "Mijn nummer is 111222333."}))
    assert isinstance(problem, LooksLikeServiceNumber)
    assert problem.field == field


def test_agreeing_is_needed_once() -> None:
    with pytest.raises(rules.NotAgreed):
        rules.check_agreement(None, agrees="")
    rules.check_agreement(None, agrees="yes")
    rules.check_agreement(datetime(2026, 1, 1, tzinfo=UTC), agrees="")


# -- what the desk records


@pytest.mark.parametrize("number", ["111222333", "111.222.333", "111 222 333", "111-22-2333", "BSN 111222333"])
def test_a_qualification_has_no_citizen_service_number(number: str) -> None:
    with pytest.raises(LooksLikeServiceNumber):
        rules.check_qualification(number, TODAY, today=TODAY)


@pytest.mark.parametrize("number", ["49063208301", "490 632 083 01"])
def test_a_qualification_has_no_big_number(number: str) -> None:
    with pytest.raises(rules.LooksLikeBigNumber):
        rules.check_qualification(number, TODAY, today=TODAY)


@pytest.mark.parametrize("number", ["EIA20260317", "111222334", "12345", "RL-490632083011"])
def test_numbers_of_registers_are_fine(number: str) -> None:
    rules.check_qualification(number, TODAY, today=TODAY)


def test_a_certificate_must_be_valid_and_not_for_ever() -> None:
    with pytest.raises(rules.CertificateEnded):
        rules.check_qualification("1", TODAY - DAY, today=TODAY)
    rules.check_qualification("1", TODAY + rules.LONGEST_VALIDITY, today=TODAY)
    with pytest.raises(rules.CertificateTooLong):
        rules.check_qualification("1", TODAY + rules.LONGEST_VALIDITY + DAY, today=TODAY)


def test_a_withdrawal_lies_between_the_first_day_and_today() -> None:
    rules.check_withdrawal(TODAY, available_from=TODAY, today=TODAY)
    rules.check_withdrawal(TODAY - 900 * DAY, available_from=None, today=TODAY)
    with pytest.raises(rules.WithdrawnInFuture):
        rules.check_withdrawal(TODAY + DAY, available_from=None, today=TODAY)
    with pytest.raises(rules.WithdrawnBeforeStart):
        rules.check_withdrawal(TODAY - DAY, available_from=TODAY, today=TODAY)


def test_available_is_agreed_and_checked() -> None:
    agreed_at = datetime(2026, 1, 1, tzinfo=UTC)
    assert rules.settled_status(agreed_at, TODAY) == CoachStatus.AVAILABLE
    assert rules.settled_status(None, TODAY) == CoachStatus.APPLIED
    assert rules.settled_status(agreed_at, None) == CoachStatus.APPLIED


@pytest.mark.parametrize(
    ("asked", "pages", "page"),
    [("", 3, 1), ("2", 3, 2), ("4", 3, 3), ("0", 3, 1), ("-1", 3, 1), ("NaN", 3, 1), ("9" * 30, 3, 1), ("1", 0, 1)],
)
def test_a_page_that_does_not_exist_is_the_nearest(asked: str, pages: int, page: int) -> None:
    assert rules.page_number(asked, pages=pages) == page
