"""Profiles, pauses, and what the desk records: each stored once, whoever is faster."""

from datetime import date, timedelta

import pytest

from portal import clock as portal_clock
from portal.access import Role
from portal.accounts import actions as accounts
from portal.accounts.models import BrowserSession, Grant, Invitation
from portal.audit import AuditEntry
from portal.coaches import actions, jobs, queries, rules
from portal.coaches.models import Coach, CoachRegion, Qualification
from portal.coaches.rules import CoachStatus
from portal.errors import ChangedMeanwhile, NotFound
from portal.programmes.codes import CoachWithdrawal, Continuation, Mode, Register
from tests.factories import TWENTE, ZUID_LIMBURG, actor_of, applied_coach, checked_coach, profile, proof

DAY = timedelta(days=1)


def today() -> date:
    return portal_clock.local_day(portal_clock.now())


def stored(coach: Coach) -> Coach:
    return Coach.get_by_id(coach.id)


def events() -> list[str]:
    return [entry.event for entry in AuditEntry.select().order_by(AuditEntry.id) if entry.event.startswith("coach.")]


def desk(people):
    return actor_of(people.wilma, Role.REGION_ADMIN, TWENTE)


def save(account, *, version, agrees="", **changes):
    actor = actor_of(account, Role.COACH)
    return actions.save_profile(actor, profile(**changes), version=version, agrees=agrees, now=portal_clock.now())


# -- by the coach


def test_the_first_save_makes_a_coach_who_still_has_to_be_checked(people):
    coach = save(people.bram, version=0, agrees="yes", regions=frozenset({TWENTE, ZUID_LIMBURG}))
    assert (coach.status, coach.version, coach.agreed_at) == (CoachStatus.APPLIED, 1, portal_clock.now())
    assert queries.regions_of(coach) == [TWENTE, ZUID_LIMBURG]
    assert queries.profile_of(coach) == profile(regions=frozenset({TWENTE, ZUID_LIMBURG}))
    assert coach.available_from is None
    assert events() == ["coach.profile_saved"]


def test_without_agreement_nothing_is_stored(people):
    with pytest.raises(rules.NotAgreed):
        save(people.bram, version=0)
    assert Coach.select().count() == 0


def test_what_breaks_a_rule_is_not_stored(people):
    with pytest.raises(rules.VideoLinkMissing):
        save(people.bram, version=0, agrees="yes", modes=frozenset({Mode.VIDEO}))
    assert Coach.select().count() == 0


def test_saving_again_replaces_everything_and_keeps_the_agreement(people, clock):
    applied_coach(people.bram)
    agreed_at = portal_clock.now()
    clock.shift(DAY)
    coach = save(people.bram, version=1, intro="Anders.", regions=frozenset({ZUID_LIMBURG}), capacity=7)
    assert (coach.intro, coach.capacity, coach.version, coach.agreed_at) == ("Anders.", 7, 2, agreed_at)
    assert queries.regions_of(coach) == [ZUID_LIMBURG]
    assert Coach.select().count() == 1


def test_who_saves_an_older_version_loses_nothing_and_overwrites_nothing(people):
    applied_coach(people.bram)
    save(people.bram, version=1, intro="De eerste.")
    with pytest.raises(ChangedMeanwhile):
        save(people.bram, version=1, intro="De tweede.")
    with pytest.raises(ChangedMeanwhile):
        save(people.bram, version=0, agrees="yes", intro="De derde.")
    assert Coach.get().intro == "De eerste."


def test_a_coach_pauses_and_resumes(people):
    coach = checked_coach(people.bram)
    bram = actor_of(people.bram, Role.COACH)
    actions.pause(bram)
    actions.pause(bram)
    assert stored(coach).status == CoachStatus.PAUSED
    actions.resume(bram)
    assert stored(coach).status == CoachStatus.AVAILABLE
    assert events()[-2:] == ["coach.paused", "coach.resumed"]


def test_who_is_not_checked_yet_cannot_pause_into_being_available(people):
    coach = applied_coach(people.bram)
    bram = actor_of(people.bram, Role.COACH)
    for step in (actions.pause, actions.resume):
        with pytest.raises(rules.StatusForbids):
            step(bram)
    assert stored(coach).status == CoachStatus.APPLIED


def test_who_has_no_profile_cannot_pause(people):
    with pytest.raises(NotFound):
        actions.pause(actor_of(people.bram, Role.COACH))


# -- the certificate


def test_a_checked_certificate_makes_the_coach_available_and_says_who_checked(people, mailbox):
    coach = applied_coach(people.bram)
    actions.record_qualification(desk(people), coach, proof(register=Register.NOLOC_RL), now=portal_clock.now())
    coach = stored(coach)
    assert (coach.status, coach.available_from) == (CoachStatus.AVAILABLE, today())
    (qualification,) = queries.qualifications_of(coach)
    assert qualification.checked_by == people.wilma
    assert qualification.checked_at == portal_clock.now()
    assert (qualification.register, qualification.level, qualification.number) == (
        Register.NOLOC_RL,
        "Practitioner",
        "EIA20260317",
    )
    assert mailbox.last(people.bram.email).link("/coach/uren") == "/coach/uren"
    assert events()[-1] == "coach.qualification_checked"


def test_a_second_certificate_changes_neither_status_nor_first_day(people, mailbox, clock):
    coach = checked_coach(people.bram)
    first_day = coach.available_from
    actions.pause(actor_of(people.bram, Role.COACH))
    clock.shift(10 * DAY)
    actions.record_qualification(desk(people), coach, proof(valid_until=today() + 999 * DAY), now=portal_clock.now())
    coach = stored(coach)
    assert (coach.status, coach.available_from) == (CoachStatus.PAUSED, first_day)
    assert queries.checked_until([coach]) == {coach.id: today() + 999 * DAY}
    assert len(mailbox.to(people.bram.email)) == 1


def test_a_refused_number_is_nowhere_in_the_table(people):
    coach = applied_coach(people.bram)
    with pytest.raises(rules.LooksLikeServiceNumber):
        actions.record_qualification(desk(people), coach, proof(number="111222333"), now=portal_clock.now())
    assert Qualification.select().count() == 0
    assert stored(coach).status == CoachStatus.APPLIED


# -- leaving, going on, blocking


def withdraw(people, coach, **changes):
    values = {"withdrawn_on": today(), "reason": CoachWithdrawal.NO_TIME, "now": portal_clock.now()}
    actions.withdraw_coach(desk(people), coach, **{**values, **changes})


def test_a_withdrawal_ends_access_and_offers_at_once(people, client):
    coach = checked_coach(people.bram)
    client.sign_in(people.bram)
    withdraw(people, coach)
    coach = stored(coach)
    assert (coach.status, coach.withdrawn_on, coach.withdrawn_reason) == (
        CoachStatus.WITHDRAWN,
        today(),
        CoachWithdrawal.NO_TIME,
    )
    assert BrowserSession.select().where(BrowserSession.account == people.bram).count() == 0
    assert Grant.select().where(Grant.account == people.bram).count() == 0
    assert client.get("/coach/profiel").location.startswith("/inloggen")


def test_a_withdrawal_is_recorded_once(people):
    coach = checked_coach(people.bram)
    withdraw(people, coach)
    for step in (
        lambda: withdraw(people, coach),
        lambda: actions.block_coach(desk(people), coach, now=portal_clock.now()),
        lambda: actions.continue_coach(
            desk(people), coach, continued_to=Continuation.STA_STERKER, now=portal_clock.now()
        ),
        lambda: actions.record_qualification(desk(people), coach, proof(), now=portal_clock.now()),
        lambda: actions.unblock_coach(desk(people), coach, now=portal_clock.now()),
    ):
        with pytest.raises(rules.StatusForbids):
            step()
    assert events().count("coach.withdrawn") == 1


def test_the_day_of_a_withdrawal_is_checked(people):
    coach = checked_coach(people.bram)
    with pytest.raises(rules.WithdrawnInFuture):
        withdraw(people, coach, withdrawn_on=today() + DAY)
    assert stored(coach).status == CoachStatus.AVAILABLE


def test_who_comes_back_has_access_and_certificate_again(people, client):
    coach = checked_coach(people.bram)
    first_day = coach.available_from
    withdraw(people, coach)
    actions.readmit_coach(desk(people), coach, now=portal_clock.now())
    coach = stored(coach)
    assert (coach.status, coach.withdrawn_on, coach.withdrawn_reason) == (CoachStatus.AVAILABLE, None, None)
    assert coach.available_from == first_day
    assert client.sign_in(people.bram).get("/coach/profiel").status == 200


def test_going_on_in_another_programme_is_recorded_and_can_be_taken_back(people):
    coach = checked_coach(people.bram)
    for chosen in (Continuation.STA_STERKER, None):
        actions.continue_coach(desk(people), coach, continued_to=chosen, now=portal_clock.now())
        assert (stored(coach).continued_to, stored(coach).status) == (chosen, CoachStatus.AVAILABLE)


def test_blocking_works_at_once_and_unblocking_gives_everything_back(people, client):
    coach = checked_coach(people.bram)
    client.sign_in(people.bram)
    actions.block_coach(desk(people), coach, now=portal_clock.now())
    assert (stored(coach).status, stored(coach).blocked_on) == (CoachStatus.BLOCKED, today())
    assert client.get("/coach/profiel").location.startswith("/inloggen")
    assert client.sign_in(people.bram).get("/coach/profiel").status == 403
    actions.unblock_coach(desk(people), coach, now=portal_clock.now())
    assert (stored(coach).status, stored(coach).blocked_on) == (CoachStatus.AVAILABLE, None)
    assert client.sign_in(people.bram).get("/coach/profiel").status == 200


def test_a_profile_saved_from_an_open_page_does_not_lift_a_block(people):
    coach = checked_coach(people.bram)
    actions.block_coach(desk(people), coach, now=portal_clock.now())
    save(people.bram, version=1, intro="Nog gauw.")
    assert stored(coach).status == CoachStatus.BLOCKED


def test_blocking_a_coach_leaves_their_other_roles(people):
    coach = checked_coach(people.bram)
    accounts.grant(people.bram, Role.PARTICIPANT)
    actions.block_coach(desk(people), coach, now=portal_clock.now())
    assert [grant.role for grant in Grant.select().where(Grant.account == people.bram)] == [Role.PARTICIPANT]


# -- inviting


def invite(people, address, region=TWENTE):
    actions.invite_coach(desk(people), address=address, region=region, language="nl", now=portal_clock.now())


def test_an_invitation_is_mailed_for_an_own_region(people, mailbox):
    invite(people, "anna@example.org")
    assert mailbox.last("anna@example.org").link("/uitnodiging/")
    assert [row.region_id for row in Invitation.get().regions] == [TWENTE]
    assert Invitation.get().role == Role.COACH


def test_nobody_invites_for_another_region(people):
    with pytest.raises(rules.NotYourRegion):
        invite(people, "anna@example.org", ZUID_LIMBURG)
    assert Invitation.select().count() == 0


def test_a_coach_is_not_invited_again_not_even_when_blocked(people):
    coach = checked_coach(people.bram)
    actions.block_coach(desk(people), coach, now=portal_clock.now())
    with pytest.raises(rules.AlreadyACoach):
        invite(people, "BRAM@example.org")
    assert Invitation.select().count() == 0


# -- the worker


def test_a_certificate_that_ends_is_told_once_sixty_days_before(people, mailbox, clock):
    coach = applied_coach(people.bram)
    until = today() + 61 * DAY
    actions.record_qualification(desk(people), coach, proof(valid_until=until), now=portal_clock.now())
    assert actions.warn_of_ending_certificates(now=portal_clock.now()) == 0
    clock.shift(DAY)
    for _ in range(3):
        actions.warn_of_ending_certificates(now=portal_clock.now())
        clock.shift(DAY)
    letters = [letter for letter in mailbox.to(people.bram.email) if letter.template == "coaches/ending"]
    assert len(letters) == 1
    assert "2 mei 2026" in letters[0].text
    assert letters[0].link("/coach/profiel")


def test_the_worker_warns_by_itself(people, mailbox):
    coach = applied_coach(people.bram)
    actions.record_qualification(desk(people), coach, proof(valid_until=today() + 9 * DAY), now=portal_clock.now())
    jobs.warn_of_ending_certificates.call_local()
    assert mailbox.last(people.bram.email).template == "coaches/ending"


def test_nobody_is_warned_who_has_a_longer_certificate_or_has_left(people, mailbox):
    for account in (people.bram, people.chris):
        coach = applied_coach(account)
        actions.record_qualification(desk(people), coach, proof(valid_until=today() + 9 * DAY), now=portal_clock.now())
    actions.record_qualification(desk(people), Coach.get(account=people.bram), proof(), now=portal_clock.now())
    withdraw(people, Coach.get(account=people.chris))
    assert actions.warn_of_ending_certificates(now=portal_clock.now()) == 0


def test_the_regions_of_a_coach_are_never_doubled(people):
    applied_coach(people.bram)
    save(people.bram, version=1)
    assert CoachRegion.select().count() == 1
