"""What is kept of a referral, what it does to the enrolment, and what the tables refuse."""

from datetime import UTC, date, datetime, timedelta

import peewee
import pytest

from portal import clock as portal_clock
from portal.access import Actor
from portal.audit import AuditEntry
from portal.db import transaction
from portal.enrolments.models import Enrolment, EnrolmentEvent
from portal.enrolments.rules import EnrolmentStatus, EventKind
from portal.outbox import Mail
from portal.programmes.codes import DestinationClass, ReferralKind
from portal.referrals import actions, queries, rules
from portal.referrals.models import Referral
from portal.referrals.rules import ConsentGiven, ReferralStatus
from tests import factories


@pytest.fixture
def trajectory(people):
    return factories.trajectory(people.noor, people.bram)


def refer(people, trajectory, **changes):
    now = portal_clock.now()
    facts = {
        "kind": ReferralKind.WARM_HANDOVER,
        "destination_class": DestinationClass.TRAUMA,
        "consent_given": ConsentGiven.YES,
        "referred_on": portal_clock.local_day(now),
        "now": now,
    }
    return actions.record_referral(Actor(account_id=people.bram.id), trajectory=trajectory, **{**facts, **changes})


def test_warm_handover_is_sent_with_consent(people, trajectory):
    referral = Referral.get_by_id(refer(people, trajectory).id)
    assert (referral.kind, referral.destination_class) == (ReferralKind.WARM_HANDOVER, DestinationClass.TRAUMA)
    assert (referral.status, referral.consent) == (ReferralStatus.SENT, True)
    assert (referral.coach_id, referral.enrolment_id) == (trajectory.coach_id, trajectory.enrolment_id)
    assert referral.referred_on == date(2026, 3, 2)


def test_advice_keeps_no_consent_even_when_it_was_given(people, trajectory):
    referral = refer(people, trajectory, kind=ReferralKind.ADVICE, destination_class=DestinationClass.WORK)
    assert (referral.status, referral.consent) == (ReferralStatus.GIVEN, False)


def test_urgent_help_keeps_no_more_than_that(people, trajectory):
    referral = refer(people, trajectory, kind=ReferralKind.URGENT, consent_given=ConsentGiven.NO)
    assert (referral.destination_class, referral.status) == (DestinationClass.URGENT, ReferralStatus.GIVEN)
    assert not referral.consent


def test_no_column_holds_words(db):
    columns = {f.name for f in Referral._meta.sorted_fields if isinstance(f, (peewee.TextField, peewee.BlobField))}
    assert columns == {"public_id", "kind", "destination_class", "status"}


def test_referral_stands_on_the_timeline_and_in_the_audit_log_and_mails_nobody(people, trajectory):
    mails = Mail.select().count()
    referral = refer(people, trajectory)
    event = EnrolmentEvent.get(EnrolmentEvent.kind == EventKind.REFERRED)
    assert (event.enrolment_id, event.actor_id, event.status) == (trajectory.enrolment_id, people.bram.id, None)
    entry = AuditEntry.get(AuditEntry.event == "referral.recorded")
    assert (entry.actor_id, entry.subject_table, entry.subject_id) == (people.bram.id, "referral", referral.id)
    assert "trauma" not in str(entry.__data__)
    assert Mail.select().count() == mails


def test_referral_does_not_end_the_trajectory(people, trajectory):
    refer(people, trajectory)
    assert Enrolment.get_by_id(trajectory.enrolment_id).status == EnrolmentStatus.MATCHED


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"consent_given": ConsentGiven.NO}, rules.ConsentMissing),
        ({"destination_class": None}, rules.DestinationMissing),
        ({"referred_on": date(2026, 3, 3)}, rules.StillToCome),
        ({"referred_on": date(2026, 3, 1)}, rules.BeforeEnrolment),
    ],
)
def test_a_broken_rule_stores_nothing(people, trajectory, changes, error):
    with pytest.raises(error):
        refer(people, trajectory, **changes)
    assert Referral.select().count() == 0
    assert EnrolmentEvent.select().where(EnrolmentEvent.kind == EventKind.REFERRED).count() == 0


def test_days_are_those_on_a_dutch_clock(people, clock):
    """Half past eleven in the evening in London is the next day in the Netherlands."""
    clock.move_to(datetime(2026, 3, 2, 23, 30, tzinfo=UTC))
    trajectory = factories.trajectory(people.noor, people.bram)
    assert refer(people, trajectory, referred_on=date(2026, 3, 3)).id
    with pytest.raises(rules.BeforeEnrolment):
        refer(people, trajectory, referred_on=date(2026, 3, 2))


def test_pressing_twice_records_once(people, trajectory):
    refer(people, trajectory)
    with pytest.raises(rules.RecordedAlready):
        refer(people, trajectory)
    assert Referral.select().count() == 1
    refer(people, trajectory, kind=ReferralKind.ADVICE)
    refer(people, trajectory, destination_class=DestinationClass.MEDICAL)
    assert Referral.select().count() == 3


def test_table_refuses_a_sent_handover_without_consent(people, trajectory):
    referral = refer(people, trajectory)
    with pytest.raises(peewee.IntegrityError), transaction():
        Referral.update(consent=False).where(Referral.id == referral.id).execute()


def test_of_trajectory_lists_its_own_newest_first(people, trajectory, clock):
    other = factories.trajectory(factories.account("Fatima", factories.Role.PARTICIPANT), people.chris)
    refer(people, other)
    first = refer(people, trajectory)
    clock.shift(timedelta(days=2))
    second = refer(people, trajectory)
    assert queries.of_trajectory(trajectory) == [second, first]
