"""From proposal to arrival: which step from where, what is kept of the words, and who hears of it."""

from datetime import date, timedelta

import pytest

from portal import clock as portal_clock
from portal.access import Role
from portal.audit import AuditEntry
from portal.destinations.models import Destination
from portal.enrolments.models import EnrolmentEvent
from portal.enrolments.rules import EventKind
from portal.handovers import actions, jobs, queries, rules
from portal.handovers.models import Handover, HandoverConsent, HandoverStep
from portal.handovers.rules import Closing, Step, Way
from portal.outbox import Mail
from portal.programmes.codes import CloseReason, DestinationClass, ReferralKind
from portal.referrals.models import Referral
from portal.referrals.rules import NotUrgentHelp, ReferralStatus
from portal.trajectories import actions as trajectories
from portal.workday import actions as workday
from tests import factories
from tests.conftest import START
from tests.factories import actor_of

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
PLACE = "aanmelden@brug.example.org"
TOLD = "Naam: Noor\nBereikbaar: 06 12 34 56 78"


@pytest.fixture
def trajectory(people):
    return factories.coupled(people.noor, factories.bookable_coach(people.bram))


@pytest.fixture
def noor(people):
    return actor_of(people.noor, Role.PARTICIPANT)


@pytest.fixture
def bram(people):
    return actor_of(people.bram, Role.COACH)


def now():
    return portal_clock.now()


def status() -> ReferralStatus:
    return Referral.get().status


def steps() -> list[str]:
    return [row.step for row in HandoverStep.select().order_by(HandoverStep.id)]


def token_of(mailbox) -> str:
    return mailbox.last(PLACE).link("/bericht/").rpartition("/")[2]


# -- proposing


def test_proposing_passes_nothing_on(trajectory, mailbox):
    made = factories.handover(trajectory)
    referral = Referral.get()
    assert (referral.kind, referral.status, referral.consent) == (ReferralKind.WARM_HANDOVER, "proposed", False)
    assert (referral.destination_name, referral.destination_class) == ("Praktijk De Brug", DestinationClass.TRAUMA)
    assert (referral.referred_on, referral.sent_on) == (START.date(), None)
    assert (made.words, made.address) == (TOLD, PLACE)
    assert steps() == [Step.PROPOSED]
    assert mailbox.to(PLACE) == []
    assert EnrolmentEvent.select().where(EnrolmentEvent.kind == EventKind.REFERRED).count() == 0


def test_the_mail_about_a_proposal_tells_nothing(trajectory, mailbox):
    factories.handover(trajectory)
    letter = mailbox.last("noor@example.org")
    for hidden in ("Brug", "trauma", "overdracht", "hulp", "coach", "06 12"):
        assert hidden not in letter.subject + letter.text + letter.html, hidden
    assert letter.link("/mijn/vraag/")


def test_words_are_not_readable_in_the_database(trajectory):
    factories.handover(trajectory)
    assert b"Noor" not in bytes(Handover.get().words_sealed)


@pytest.mark.parametrize(
    ("place", "changes", "error"),
    [
        ({"destination_class": DestinationClass.URGENT}, {}, NotUrgentHelp),
        ({"email": ""}, {}, rules.NoMailAddress),
        ({}, {"words": " "}, rules.WordsMissing),
    ],
)
def test_a_broken_rule_stores_nothing(trajectory, bram, place, changes, error):
    told = {"way": Way.MAIL, "words": TOLD, "now": START, **changes}
    with pytest.raises(error):
        actions.propose(bram, trajectory=trajectory, place=factories.destination(**place), **told)
    assert (Referral.select().count(), Handover.select().count()) == (0, 0)


def test_one_handover_to_a_place_at_a_time(trajectory):
    place = factories.destination()
    factories.handover(trajectory, place=place)
    with pytest.raises(rules.ProposedAlready):
        factories.handover(trajectory, place=place)
    factories.handover(trajectory, place=factories.destination("Elders"))


def test_of_a_closed_trajectory_nothing_is_handed_over(trajectory, bram):
    trajectories.close(bram, trajectory, reason=CloseReason.OTHER, now=START)
    with pytest.raises(rules.NothingToHandOver):
        factories.handover(trajectory)


# -- answering


def test_approving_keeps_a_digest_of_exactly_these_words(trajectory, noor, mailbox):
    made = factories.handover(trajectory)
    actions.approve(noor, made, words=TOLD, now=START + HOUR)
    consent = HandoverConsent.get()
    assert (consent.to_whom, consent.way, consent.given_at) == ("Praktijk De Brug", Way.MAIL, START + HOUR)
    assert consent.words_hash == actions.words_hash(made, TOLD)
    assert consent.text_version == rules.CONSENT_TEXT
    assert (status(), Referral.get().consent) == (ReferralStatus.CONSENTED, True)
    assert steps() == [Step.PROPOSED, Step.CONSENTED]
    assert mailbox.last("bram@example.org").link("/coach/overdracht/")
    assert mailbox.to(PLACE) == []


def test_what_the_participant_changed_is_what_counts(trajectory, noor, bram):
    made = factories.handover(trajectory)
    actions.approve(noor, made, words="Naam: Noortje", now=START)
    held = queries.of_coach(bram, made.public_id)
    assert held.words == "Naam: Noortje"
    assert HandoverConsent.get().words_hash == actions.words_hash(made, "Naam: Noortje")
    assert steps() == [Step.PROPOSED, Step.WORDED, Step.CONSENTED]


def test_going_alone_makes_it_advice_and_passes_nothing_on(trajectory, noor, mailbox):
    made = factories.handover(trajectory)
    actions.go_alone(noor, made, now=START)
    referral = Referral.get()
    assert (referral.kind, referral.status, referral.consent) == (ReferralKind.ADVICE, ReferralStatus.GIVEN, False)
    assert Handover.get().words is None
    assert EnrolmentEvent.select().where(EnrolmentEvent.kind == EventKind.REFERRED).count() == 1
    assert mailbox.to(PLACE) == []


def test_declining_erases_the_words(trajectory, noor):
    made = factories.handover(trajectory)
    actions.decline(noor, made, now=START)
    assert (status(), Handover.get().words) == (ReferralStatus.WITHDRAWN, None)
    assert steps() == [Step.PROPOSED, Step.DECLINED]


@pytest.mark.parametrize("who", ["noor", "bram"])
def test_withdrawing_until_it_was_sent(trajectory, people, who):
    made = factories.approved_handover(trajectory)
    actor = actor_of(getattr(people, who), Role.PARTICIPANT if who == "noor" else Role.COACH)
    actions.withdraw(actor, made, now=START + HOUR)
    assert (status(), Referral.get().consent, Handover.get().words) == (ReferralStatus.WITHDRAWN, False, None)
    assert HandoverConsent.get().withdrawn_at == START + HOUR


def test_who_withdraws_after_it_was_sent_is_too_late(trajectory, noor):
    made = factories.sent_handover(trajectory)
    with pytest.raises(rules.MovedOn):
        actions.withdraw(noor, made, now=START)
    assert status() == ReferralStatus.SENT


@pytest.mark.parametrize("again", ["approve", "decline", "go_alone"])
def test_answering_twice_changes_nothing_the_second_time(trajectory, noor, again):
    made = factories.approved_handover(trajectory)
    words = {"words": "Iets anders"} if again == "approve" else {}
    with pytest.raises(rules.MovedOn):
        getattr(actions, again)(noor, made, **words, now=START)
    assert (status(), Handover.get().words) == (ReferralStatus.CONSENTED, TOLD)
    assert HandoverConsent.select().count() == 1


# -- passing it on


def test_nothing_is_sent_that_was_not_approved(trajectory, bram, mailbox):
    made = factories.handover(trajectory)
    with pytest.raises(rules.MovedOn):
        actions.send_by_mail(bram, made, now=START)
    assert mailbox.to(PLACE) == []


def test_the_way_is_the_one_that_was_agreed_to(trajectory, bram):
    by_mail = factories.approved_handover(trajectory)
    with pytest.raises(rules.MovedOn):
        actions.tell_by_phone(bram, by_mail, now=START)
    by_phone = factories.approved_handover(trajectory, way=Way.PHONE, place=factories.destination("Elders"))
    with pytest.raises(rules.MovedOn):
        actions.send_by_mail(bram, by_phone, now=START)


def test_the_mail_to_the_place_holds_no_name_no_reason_and_no_code(trajectory, mailbox):
    made = factories.sent_handover(trajectory)
    letter = mailbox.last(PLACE)
    said = letter.subject + letter.text + letter.html
    for hidden in ("Noor", "Bram", "06 12", "coach", "trauma", "zorg", made.code, made.public_id):
        assert hidden not in said, hidden
    assert Handover.get().token_hash not in said


def test_a_changed_directory_does_not_change_where_it_goes(trajectory, bram, mailbox):
    made = factories.approved_handover(trajectory)
    Destination.update(email="elders@example.org").execute()
    actions.send_by_mail(bram, queries.as_it_is_now(made), now=START)
    assert mailbox.to(PLACE)
    assert mailbox.to("elders@example.org") == []


def test_sending_is_on_the_timeline_and_counts_from_that_day(trajectory, clock, bram, noor, mailbox):
    made = factories.approved_handover(trajectory)
    clock.shift(2 * DAY)
    actions.send_by_mail(bram, made, now=now())
    assert (Referral.get().referred_on, Referral.get().sent_on) == (date(2026, 3, 2), date(2026, 3, 4))
    event = EnrolmentEvent.get(EnrolmentEvent.kind == EventKind.REFERRED)
    assert (event.at, event.actor_id) == (now(), bram.account_id)
    assert mailbox.last("noor@example.org").link("/mijn/vraag/")
    assert "trauma" not in str([entry.__data__ for entry in AuditEntry.select()])


def test_by_phone_it_is_sent_when_the_coach_called(trajectory, bram, mailbox):
    made = factories.approved_handover(trajectory, way=Way.PHONE)
    actions.tell_by_phone(bram, made, now=START)
    assert (status(), steps()[-1]) == (ReferralStatus.SENT, Step.TOLD)
    assert mailbox.to(PLACE) == []
    assert actions.erase_words(now=START + rules.KEPT_AFTER_READING - HOUR) == 0
    assert actions.erase_words(now=START + rules.KEPT_AFTER_READING) == 1
    assert Handover.get().words is None


# -- reading it once


def test_the_holder_of_the_code_reads_the_words_once(trajectory, mailbox):
    made = factories.sent_handover(trajectory)
    code = made.code
    held = queries.readable(token_of(mailbox), START)
    assert actions.read_words(held, f"{code[:3]} {code[3:]}", now=START) == TOLD
    with pytest.raises(rules.LinkOver):
        actions.read_words(held, code, now=START)
    with pytest.raises(rules.LinkOver):
        queries.readable(token_of(mailbox), START)
    assert (steps()[-1], Handover.get().code) == (Step.READ, None)


def test_five_wrong_codes_end_the_link_and_the_coach_hears_it(trajectory, mailbox):
    made = factories.sent_handover(trajectory)
    wrong = "000000" if made.code != "000000" else "111111"
    held = queries.readable(token_of(mailbox), START)
    for _ in range(rules.CODE_TRIES):
        with pytest.raises(rules.WrongCode):
            actions.read_words(held, wrong, now=START)
    with pytest.raises(rules.LinkOver):
        actions.read_words(held, made.code, now=START)
    assert actions.tell_unread(now=START) == 1
    assert actions.tell_unread(now=START) == 0
    assert "niet gelezen" in mailbox.last("bram@example.org").text
    assert steps()[-1] == Step.UNREAD


def test_a_link_lives_seven_days_and_the_coach_hears_that_nobody_read_it(trajectory, mailbox):
    made = factories.sent_handover(trajectory)
    token = token_of(mailbox)
    assert queries.readable(token, START + rules.LINK_LIFETIME - HOUR) == made
    assert actions.tell_unread(now=START + rules.LINK_LIFETIME - HOUR) == 0
    with pytest.raises(rules.LinkOver):
        queries.readable(token, START + rules.LINK_LIFETIME)
    assert actions.tell_unread(now=START + rules.LINK_LIFETIME) == 1


def test_sending_again_gives_a_new_link_and_a_new_code(trajectory, bram, mailbox, clock):
    made = factories.sent_handover(trajectory)
    first, code = token_of(mailbox), made.code
    with pytest.raises(rules.LinkWorksStill):
        actions.send_again(bram, made, now=START)
    clock.shift(rules.LINK_LIFETIME)
    actions.tell_unread(now=now())
    actions.send_again(bram, made, now=now())
    held = queries.readable(token_of(mailbox), now())
    assert token_of(mailbox) != first
    with pytest.raises(rules.LinkOver):
        queries.readable(first, now())
    assert actions.read_words(held, held.code, now=now()) == TOLD
    assert Referral.get().sent_on == START.date()
    assert code is not None


def test_words_are_gone_a_day_after_they_were_read(trajectory, bram, mailbox):
    made = factories.sent_handover(trajectory)
    actions.read_words(queries.readable(token_of(mailbox), START), made.code, now=START)
    assert actions.erase_words(now=START + rules.KEPT_AFTER_READING - HOUR) == 0
    assert actions.erase_words(now=START + rules.KEPT_AFTER_READING) == 1
    with pytest.raises(rules.WordsGone):
        actions.send_again(bram, made, now=START + 2 * DAY)
    assert HandoverConsent.get().words_hash == actions.words_hash(made, TOLD)


def test_words_that_nobody_reads_are_gone_after_two_weeks(trajectory):
    factories.sent_handover(trajectory)
    assert actions.erase_words(now=START + rules.KEPT_UNREAD - HOUR) == 0
    assert actions.erase_words(now=START + rules.KEPT_UNREAD) == 1


# -- until it has arrived


@pytest.mark.parametrize("outcome", [ReferralStatus.ARRIVED, ReferralStatus.NOT_ARRIVED])
def test_settling_erases_the_words_and_ends_the_asking(trajectory, bram, clock, outcome):
    made = factories.sent_handover(trajectory)
    clock.shift(4 * DAY)
    actions.settle(bram, made, outcome, now=now())
    assert (status(), Referral.get().settled_on) == (outcome, date(2026, 3, 6))
    assert (Handover.get().words, Handover.get().code) == (None, None)
    assert actions.ask_coaches(now=now() + 30 * DAY) == 0
    with pytest.raises(rules.MovedOn):
        actions.settle(bram, made, outcome, now=now())


def test_contact_after_all_can_still_be_told(trajectory, bram):
    made = factories.sent_handover(trajectory)
    actions.settle(bram, made, ReferralStatus.NOT_ARRIVED, now=START + DAY)
    with pytest.raises(rules.MovedOn):
        actions.settle(bram, made, ReferralStatus.NOT_ARRIVED, now=START + 2 * DAY)
    actions.settle(bram, made, ReferralStatus.ARRIVED, now=START + 2 * DAY)
    assert (status(), Referral.get().settled_on) == (ReferralStatus.ARRIVED, date(2026, 3, 4))


def test_the_coach_gets_a_mail_of_every_step_of_the_participant_and_of_none_of_their_own(trajectory, noor, mailbox):
    made = factories.approved_handover(trajectory)
    actions.withdraw(noor, made, now=START)
    again = factories.sent_handover(trajectory, place=factories.destination("Elders"))
    told = len(mailbox.to("bram@example.org"))
    actions.settle(noor, again, ReferralStatus.NOT_ARRIVED, now=START)
    assert (told, len(mailbox.to("bram@example.org"))) == (3, 4)


def test_the_worker_tells_erases_and_asks(trajectory, clock, mailbox):
    factories.sent_handover(trajectory)
    clock.shift(rules.KEPT_UNREAD)
    told = len(mailbox.to("bram@example.org"))
    jobs.go_round.call_local()
    assert len(mailbox.to("bram@example.org")) == told + 2
    assert (Handover.get().words, Handover.get().code) == (None, None)
    assert Handover.get().ask_at > now()


def test_the_coach_is_asked_after_three_working_days_and_again(trajectory, mailbox, clock):
    factories.sent_handover(trajectory)
    asked = Mail.select().where(Mail.dedupe_key.contains(":ask:"))
    assert actions.ask_coaches(now=START + 3 * DAY - HOUR) == 0
    assert actions.ask_coaches(now=START + 3 * DAY) == 1
    assert actions.ask_coaches(now=START + 3 * DAY) == 0
    assert actions.ask_coaches(now=START + 8 * DAY) == 1
    assert asked.count() == 2
    letter = mailbox.last("bram@example.org")
    for hidden in ("Noor", "Brug", "coach."):
        assert hidden not in letter.subject + letter.text
    assert "Is het gelukt?" in letter.text


def test_another_coach_takes_over_what_is_under_way(trajectory, people, noor):
    made = factories.sent_handover(trajectory)
    chris = actor_of(people.chris, Role.COACH)
    with pytest.raises(queries.NotFound):
        queries.of_coach(chris, made.public_id)
    other = factories.bookable_coach(people.chris)
    trajectories.couple(noor, enrolment=trajectory.enrolment, coach=other, chosen_by="participant", now=START)
    assert queries.of_coach(chris, made.public_id) == made
    assert queries.under_way_of(other) == [made]
    with pytest.raises(queries.NotFound):
        queries.of_coach(actor_of(people.bram, Role.COACH), made.public_id)


def test_closing_in_silence_is_refused_while_something_is_under_way(trajectory, bram):
    factories.sent_handover(trajectory)
    with pytest.raises(rules.HandoverUnderWay):
        workday.close(bram, trajectory, "goal_reached", now=START)


def test_closing_takes_back_what_was_not_sent_and_leaves_the_rest_to_the_coach(trajectory, bram):
    sent = factories.sent_handover(trajectory)
    proposed = factories.handover(trajectory, place=factories.destination("Elders"))
    workday.close(bram, trajectory, "goal_reached", closing=Closing.STAYS, now=START)
    assert queries.as_it_is_now(proposed).referral.status == ReferralStatus.WITHDRAWN
    assert queries.as_it_is_now(sent).referral.status == ReferralStatus.SENT
    assert actions.ask_coaches(now=START + 5 * DAY) == 1
    actions.settle(bram, sent, ReferralStatus.ARRIVED, now=START + 5 * DAY)
    assert queries.as_it_is_now(sent).referral.status == ReferralStatus.ARRIVED
