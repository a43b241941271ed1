"""What a change touches: shown first, stored only once the coach agreed to exactly these talks."""

from datetime import UTC, date, datetime, time, timedelta

import pytest

from portal.access import Role
from portal.audit import AuditEntry
from portal.availability import actions as availability
from portal.availability import queries as kept
from portal.availability.hours import AbsenceIsOver, Away, Extra, HoursOverlap, Window, stamp
from portal.coaches.models import Coach
from portal.errors import ChangedMeanwhile, NotFound
from portal.outbox import Mail
from portal.schedule import actions, queries
from portal.sessions import actions as sessions
from tests.factories import account, actor_of, bookable_coach, coupled, planned_talk

NOW = datetime(2026, 3, 2, 10, tzinfo=UTC)
TUESDAY_NINE = datetime(2026, 3, 3, 11, tzinfo=UTC)  # Noon on a Dutch clock.
DAY = timedelta(days=1)
MORNINGS = [Window(day, time(9), time(12)) for day in range(5)]


@pytest.fixture
def coach(people):
    return bookable_coach(people.bram)


@pytest.fixture
def bram(coach):
    return actor_of(coach.account, Role.COACH)


@pytest.fixture
def talk(people, coach):
    return planned_talk(coupled(people.noor, coach), TUESDAY_NINE)


def keep(bram, coach, windows, **changes):
    seen = stamp(kept.windows_of(coach))
    return actions.keep_hours(bram, windows, **{"seen": seen, "agreed": "", "now": NOW, **changes})


def test_hours_that_touch_nothing_are_stored_at_once(bram, coach, talk):
    assert keep(bram, coach, [Window(1, time(12), time(13))]) == []
    assert kept.windows_of(coach) == [Window(1, time(12), time(13))]


def test_hours_that_touch_a_talk_are_stored_once_that_is_agreed(bram, coach, talk):
    before, mails = kept.windows_of(coach), Mail.select().count()
    touched = keep(bram, coach, MORNINGS)
    assert touched == [talk]
    assert kept.windows_of(coach) == before
    assert keep(bram, coach, MORNINGS, agreed=queries.stamp(touched)) == []
    assert kept.windows_of(coach) == MORNINGS
    assert Mail.select().count() == mails
    assert [entry.event for entry in AuditEntry.select()].count("availability.hours_set") == 1


def test_talks_that_lay_outside_already_are_not_asked_about_again(bram, coach, talk):
    keep(bram, coach, MORNINGS, agreed=queries.stamp([talk]))
    assert keep(bram, coach, [*MORNINGS, Window(5, time(9), time(12))]) == []


def test_an_agreement_holds_for_the_talks_that_were_shown_only(bram, coach, talk):
    agreed = queries.stamp(keep(bram, coach, MORNINGS))
    other = planned_talk(coupled(account("Lotte", Role.PARTICIPANT), coach), TUESDAY_NINE + DAY)
    assert keep(bram, coach, MORNINGS, agreed=agreed) == [talk, other]
    sessions.cancel_session(actor_of(talk.participant, Role.PARTICIPANT), talk, reason=None, now=NOW)
    assert keep(bram, coach, MORNINGS, agreed=queries.stamp([talk, other])) == [other]


def test_broken_rules_and_old_pages_come_before_what_is_touched(bram, coach, talk):
    with pytest.raises(HoursOverlap):
        keep(bram, coach, [*MORNINGS, *MORNINGS])
    with pytest.raises(ChangedMeanwhile):
        keep(bram, coach, MORNINGS, seen="old", agreed=queries.stamp([talk]))


def test_being_away_touches_the_talks_on_those_days(bram, coach, talk):
    away = Away(date(2026, 3, 3), date(2026, 3, 4))
    assert actions.go_away(bram, Away(date(2026, 3, 4), date(2026, 3, 9)), agreed="", now=NOW) == []
    assert actions.go_away(bram, away, agreed="", now=NOW) == [talk]
    assert len(kept.absences_of(coach, since=date(2026, 3, 1))) == 1
    assert actions.go_away(bram, away, agreed=queries.stamp([talk]), now=NOW) == []
    assert len(kept.absences_of(coach, since=date(2026, 3, 1))) == 2
    with pytest.raises(AbsenceIsOver):
        actions.go_away(bram, Away(date(2026, 3, 1), date(2026, 3, 1)), agreed="", now=NOW)


def test_extra_hours_that_fall_away_touch_the_talks_in_them(bram, people, coach):
    extra = Extra(date(2026, 3, 7), time(10), time(12))
    availability.add_extra(bram, extra, now=NOW)
    availability.add_extra(bram, Extra(date(2026, 3, 7), time(14), time(15)), now=NOW)
    talk = planned_talk(coupled(people.noor, coach), datetime(2026, 3, 7, 9, tzinfo=UTC))
    assert actions.drop_extra(bram, Extra(date(2026, 3, 7), time(14), time(15)), agreed="", now=NOW) == []
    assert actions.drop_extra(bram, extra, agreed="", now=NOW) == [talk]
    assert kept.extras_of(coach, since=date(2026, 3, 2)) == [extra]
    assert actions.drop_extra(bram, extra, agreed=queries.stamp([talk]), now=NOW) == []
    with pytest.raises(NotFound):
        actions.drop_extra(bram, extra, agreed="", now=NOW)


def test_extra_hours_on_a_day_that_is_covered_every_week_touch_nothing(bram, people, coach):
    extra = Extra(date(2026, 3, 3), time(8), time(18))
    availability.add_extra(bram, extra, now=NOW)
    planned_talk(coupled(people.noor, coach), TUESDAY_NINE)
    assert actions.drop_extra(bram, extra, agreed="", now=NOW) == []


def test_only_the_own_coming_talks_count(bram, coach, people, talk):
    other = bookable_coach(people.chris)
    assert queries.newly_outside(other, kept.kept_by(other), NOW) == []
    assert queries.during(coach, Away(date(2026, 3, 3), date(2026, 3, 3)), TUESDAY_NINE) == []
    assert queries.during(Coach.get_by_id(other.id), Away(date(2026, 3, 3), date(2026, 3, 3)), NOW) == []
