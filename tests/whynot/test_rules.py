"""Why a coach is not offered to new people: none exactly when the coach can be offered and has room."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.coaches.rules import CoachStatus, Standing, has_room, is_bookable
from portal.programmes.codes import ProgrammeCode
from portal.whynot.rules import NotOffered, why_not_offered

TODAY = date(2026, 3, 2)
DAY = timedelta(days=1)
OFFERED = {
    "status": CoachStatus.AVAILABLE,
    "agreed_at": datetime(2026, 1, 1, tzinfo=UTC),
    "checked_until": TODAY,
    "programmes": frozenset({ProgrammeCode.SIJW}),
}


def why(running: int = 0, **changes: object) -> list[NotOffered]:
    return why_not_offered(Standing(**{**OFFERED, **changes}), running=running, capacity=4, today=TODAY)


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({}, []),
        ({"running": 3}, []),
        ({"running": 4}, [NotOffered.NO_ROOM]),
        ({"status": CoachStatus.PAUSED}, [NotOffered.PAUSED]),
        ({"status": CoachStatus.APPLIED}, [NotOffered.NOT_CHECKED]),
        ({"checked_until": None}, [NotOffered.NOT_CHECKED]),
        ({"checked_until": TODAY - DAY}, [NotOffered.CERTIFICATE_ENDED]),
        ({"agreed_at": None}, [NotOffered.NOT_AGREED]),
        ({"status": CoachStatus.WITHDRAWN, "withdrawn_on": TODAY}, [NotOffered.WITHDRAWN]),
        ({"status": CoachStatus.BLOCKED, "blocked_on": TODAY}, [NotOffered.BLOCKED]),
        ({"available_from": TODAY + DAY}, [NotOffered.NOT_YET]),
        ({"programmes": frozenset()}, [NotOffered.NO_PROGRAMME]),
        (
            {"status": CoachStatus.PAUSED, "checked_until": TODAY - DAY, "running": 9},
            [NotOffered.CERTIFICATE_ENDED, NotOffered.PAUSED, NotOffered.NO_ROOM],
        ),
    ],
)
def test_every_reason_is_told(changes, expected):
    assert why(**changes) == expected


DAYS = st.none() | st.dates(TODAY - 2 * DAY, TODAY + 2 * DAY)
STANDINGS = st.builds(
    Standing,
    status=st.sampled_from(CoachStatus),
    agreed_at=st.none() | st.just(OFFERED["agreed_at"]),
    checked_until=DAYS,
    programmes=st.frozensets(st.sampled_from(ProgrammeCode)),
    available_from=DAYS,
    withdrawn_on=st.none() | st.just(TODAY),
    blocked_on=st.none() | st.just(TODAY),
)


@given(STANDINGS | st.builds(Standing, **{name: st.just(value) for name, value in OFFERED.items()}), st.integers(0, 6))
def test_no_reason_exactly_when_the_coach_is_offered(standing, running):
    offered = any(is_bookable(standing, programme=programme, today=TODAY) for programme in ProgrammeCode)
    reasons = why_not_offered(standing, running=running, capacity=4, today=TODAY)
    assert (not reasons) == (offered and has_room(running=running, capacity=4))
