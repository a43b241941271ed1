"""Keeping the terms: what was worked out on the former ones counts no longer."""

from datetime import UTC, datetime, timedelta

import pytest

from portal.access import Role
from portal.audit import AuditEntry
from portal.availability import actions as availability
from portal.availability import queries as availability_queries
from portal.bookingrules import actions
from portal.coaches import queries
from portal.coaches.models import Coach
from portal.coaches.terms import NothingToBook, Terms, stamp
from portal.errors import ChangedMeanwhile, NotFound
from tests.factories import actor_of, bookable_coach

NOW = datetime(2026, 3, 2, 10, tzinfo=UTC)


@pytest.fixture
def coach(people):
    return bookable_coach(people.bram)


def keep(coach, terms: Terms, **changes: object):
    seen = stamp(queries.terms_of(Coach.get_by_id(coach.id)))
    return actions.keep_terms(
        actor_of(coach.account, Role.COACH), terms, **{"seen": seen, "agreed": "", "now": NOW, **changes}
    )


@pytest.mark.parametrize(
    "terms", [Terms(notice_hours=72), Terms(notice_working_days=3, notice_hours=72), Terms(notice_hours=2)]
)
def test_the_first_free_time_is_the_one_of_the_new_terms(coach, terms):
    availability.work_out_openings([coach.id], now=NOW)
    before = availability_queries.first_free_known([coach.id], now=NOW)
    assert keep(coach, terms) == []
    after = availability_queries.first_free_known([coach.id], now=NOW)
    assert after == availability_queries.first_free([Coach.get_by_id(coach.id)], now=NOW) != before
    assert after[coach.id] - NOW >= timedelta(hours=terms.notice_hours)


def test_terms_that_are_refused_change_nothing(coach):
    before = queries.terms_of(coach)
    with pytest.raises(NothingToBook):
        keep(coach, Terms(notice_hours=168, horizon_weeks=1))
    with pytest.raises(ChangedMeanwhile):
        keep(coach, Terms(talk_minutes=30), seen="old")
    assert queries.terms_of(Coach.get()) == before
    assert AuditEntry.select().where(AuditEntry.event == "coach.terms_saved").count() == 0


def test_who_has_no_profile_keeps_no_terms(people):
    with pytest.raises(NotFound):
        actions.keep_terms(actor_of(people.chris, Role.COACH), Terms(), seen="", agreed="", now=NOW)
