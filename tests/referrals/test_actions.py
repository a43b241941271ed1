"""What is kept of advice and of urgent help, what it does to the enrolment, and what the tables refuse."""

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
from portal.referrals.rules import ReferralStatus, UrgentChannel
from tests import factories


@pytest.fixture
def trajectory(people):
    return factories.trajectory(people.noor, people.bram)


def advise(people, trajectory, **changes):
    now = portal_clock.now()
    facts = {
        "destination_class": DestinationClass.MEDICAL,
        "destination_name": "Bedrijfsarts",
        "referred_on": portal_clock.local_day(now),
        "now": now,
    }
    return actions.record_advice(Actor(account_id=people.bram.id), trajectory=trajectory, **{**facts, **changes})


def note_urgent(people, trajectory):
    now = portal_clock.now()
    moment = {"referred_on": portal_clock.local_day(now), "now": now}
    return actions.record_urgent_help(
        Actor(account_id=people.bram.id), trajectory=trajectory, channel=UrgentChannel.N113, **moment
    )


def test_advice_keeps_place_and_day_and_no_consent(people, trajectory):
    referral = Referral.get_by_id(advise(people, trajectory).id)
    assert (referral.kind, referral.destination_class) == (ReferralKind.ADVICE, DestinationClass.MEDICAL)
    assert (referral.destination_name, referral.status) == ("Bedrijfsarts", ReferralStatus.GIVEN)
    assert (referral.consent, referral.channel) == (False, None)
    assert (referral.coach_id, referral.enrolment_id) == (trajectory.coach_id, trajectory.enrolment_id)
    assert (referral.referred_on, referral.sent_on) == (date(2026, 3, 2), None)


def test_urgent_help_keeps_that_it_was_when_and_whom_was_called(people, trajectory):
    referral = Referral.get_by_id(note_urgent(people, trajectory).id)
    assert (referral.kind, referral.destination_class) == (ReferralKind.URGENT, DestinationClass.URGENT)
    assert (referral.channel, referral.status) == (UrgentChannel.N113, ReferralStatus.GIVEN)
    assert (referral.destination_name, referral.consent) == ("", False)


def test_no_column_holds_words_about_a_person(db):
    columns = {f.name for f in Referral._meta.sorted_fields if isinstance(f, (peewee.TextField, peewee.BlobField))}
    assert columns == {"public_id", "kind", "destination_class", "destination_name", "channel", "status"}


def test_referral_stands_on_the_timeline_and_in_the_audit_log_and_mails_nobody(people, trajectory):
    mails = Mail.select().count()
    referral = advise(people, trajectory)
    event = EnrolmentEvent.get(EnrolmentEvent.kind == EventKind.REFERRED)
    assert (event.enrolment_id, event.actor_id, event.status) == (trajectory.enrolment_id, people.bram.id, None)
    entry = AuditEntry.get(AuditEntry.event == "referral.recorded")
    assert (entry.actor_id, entry.subject_table, entry.subject_id) == (people.bram.id, "referral", referral.id)
    assert "medical" not in str(entry.__data__)
    assert Mail.select().count() == mails


def test_referral_does_not_end_the_trajectory(people, trajectory):
    note_urgent(people, trajectory)
    assert Enrolment.get_by_id(trajectory.enrolment_id).status == EnrolmentStatus.MATCHED


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"destination_class": DestinationClass.URGENT}, rules.NotUrgentHelp),
        ({"referred_on": date(2026, 3, 3)}, rules.StillToCome),
        ({"referred_on": date(2026, 3, 1)}, rules.BeforeEnrolment),
    ],
)
def test_a_broken_rule_stores_nothing(people, trajectory, changes, error):
    with pytest.raises(error):
        advise(people, trajectory, **changes)
    assert Referral.select().count() == 0
    assert EnrolmentEvent.select().where(EnrolmentEvent.kind == EventKind.REFERRED).count() == 0


def test_days_are_those_on_a_dutch_clock(people, clock):
    """Half past eleven in the evening in London is the next day in the Netherlands."""
    clock.move_to(datetime(2026, 3, 2, 23, 30, tzinfo=UTC))
    trajectory = factories.trajectory(people.noor, people.bram)
    assert advise(people, trajectory, referred_on=date(2026, 3, 3)).id
    with pytest.raises(rules.BeforeEnrolment):
        advise(people, trajectory, referred_on=date(2026, 3, 2))


def test_pressing_twice_records_once(people, trajectory):
    advise(people, trajectory)
    with pytest.raises(rules.RecordedAlready):
        advise(people, trajectory)
    assert Referral.select().count() == 1
    advise(people, trajectory, destination_name="Huisarts")
    note_urgent(people, trajectory)
    assert Referral.select().count() == 3


def test_table_refuses_a_sent_handover_without_consent(people, trajectory):
    referral = advise(people, trajectory)
    sent = {"kind": ReferralKind.WARM_HANDOVER, "status": ReferralStatus.SENT}
    with pytest.raises(peewee.IntegrityError), transaction():
        Referral.update(**sent, consent=False).where(Referral.id == referral.id).execute()
    Referral.update(**sent, consent=True).where(Referral.id == referral.id).execute()
    assert Referral.get().status == ReferralStatus.SENT


def test_of_trajectory_lists_its_own_newest_first(people, trajectory, clock):
    other = factories.trajectory(factories.account("Fatima", factories.Role.PARTICIPANT), people.chris)
    advise(people, other)
    first = advise(people, trajectory)
    clock.shift(timedelta(days=2))
    second = advise(people, trajectory)
    assert queries.of_trajectory(trajectory) == [second, first]
