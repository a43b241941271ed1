"""Keeping a profile, pausing, and what the desk records: a checked certificate, leaving, going on, blocking."""

from dataclasses import asdict, dataclass
from datetime import date, datetime

from portal import audit
from portal.access import Actor, Role
from portal.accounts import actions as accounts
from portal.accounts.models import Account
from portal.accounts.rules import address_key, check_address
from portal.clock import local_day
from portal.coaches import mails, queries, rules
from portal.coaches.models import Coach, CoachRegion, Qualification
from portal.coaches.rules import PRESENT, CoachStatus, Profile
from portal.coaches.terms import Terms, check_terms, stamp
from portal.crypto import new_public_id
from portal.db import lock, transaction
from portal.errors import ChangedMeanwhile
from portal.programmes.codes import CoachWithdrawal, Continuation, Register

# -- by the coach


def save_profile(actor: Actor, profile: Profile, *, version: int, agrees: str, now: datetime) -> Coach:
    """Store a coach's own profile; the first time makes the coach.

    `version` is that of the profile the coach was looking at (0: there was none); raises ChangedMeanwhile when a newer
    one was stored since. `agrees` is "yes" when the coach agrees to the code of ethics and to confidentiality, which
    is needed once.
    """
    rules.check_profile(profile)
    with transaction():
        lock(Account(id=actor.account_id))
        coach = _own_held(actor) or _new_coach(actor, now)
        rules.check_agreement(coach.agreed_at, agrees=agrees)
        if version != coach.version:
            raise ChangedMeanwhile
        _write(coach, profile, now)
        if coach.status == CoachStatus.APPLIED:
            _settle(coach, now)
        audit.record(actor, "coach.profile_saved", coach)
        return _held(coach)


def _own_held(actor: Actor) -> Coach | None:
    coach = queries.own_coach(actor)
    return _held(coach) if coach else None


def _new_coach(actor: Actor, now: datetime) -> Coach:
    return Coach.create(public_id=new_public_id(), account=actor.account_id, created_at=now, version=0)


def _write(coach: Coach, profile: Profile, now: datetime) -> None:
    facts = asdict(profile)
    regions = facts.pop("regions")
    coach.agreed_at = coach.agreed_at or now
    _set(coach, agreed_at=coach.agreed_at, version=coach.version + 1, **facts)
    CoachRegion.delete().where(CoachRegion.coach == coach).execute()
    CoachRegion.insert_many([{"coach": coach, "region": code} for code in sorted(regions)]).execute()


def _settle(coach: Coach, now: datetime) -> CoachStatus:
    """Available as soon as the coach has agreed and the desk has checked a certificate."""
    checked = queries.checked_until([coach]).get(coach.id)
    status = rules.settled_status(coach.agreed_at, checked)
    first_day = local_day(now) if status == CoachStatus.AVAILABLE else None
    _set(coach, status=status, available_from=coach.available_from or first_day)
    return status


def save_terms(actor: Actor, terms: Terms, *, seen: str, now: datetime) -> None:
    """Store on which terms people book from now on; talks that were booked stay as they are.

    `seen` is the `stamp` of the terms that the coach was looking at; raises ChangedMeanwhile when they are others now.
    """
    check_terms(terms)
    with transaction():
        coach = _held(queries.coach_of(actor))
        if seen != stamp(queries.terms_of(coach)):
            raise ChangedMeanwhile
        _set(coach, **asdict(terms))
        audit.record(actor, "coach.terms_saved", coach, at=now)


def pause(actor: Actor) -> None:
    """No new participants until the coach resumes; who is coached goes on."""
    _change_own(actor, "coach.paused", {CoachStatus.AVAILABLE}, CoachStatus.PAUSED)


def resume(actor: Actor) -> None:
    _change_own(actor, "coach.resumed", {CoachStatus.PAUSED}, CoachStatus.AVAILABLE)


def _change_own(actor: Actor, event: str, before: set[CoachStatus], after: CoachStatus) -> None:
    with transaction():
        coach = _held(queries.coach_of(actor))
        if coach.status == after:  # A second click says the same.
            return
        rules.check_status(coach.status, frozenset(before))
        _set(coach, status=after)
        audit.record(actor, event, coach)


# -- by the desk


def invite_coach(actor: Actor, *, address: str, region: str, language: str, now: datetime) -> None:
    """Mail somebody an invitation to coach in one of the actor's own regions."""
    rules.check_own_region(region, actor.regions)
    if queries.has_profile(address_key(check_address(address))):
        raise rules.AlreadyACoach
    accounts.invite(actor, address=address, role=Role.COACH, regions=[region], language=language, now=now)


@dataclass(frozen=True)
class Proof:
    """A registration as the desk has seen it."""

    register: Register
    level: str
    number: str
    valid_until: date


def record_qualification(actor: Actor, coach: Coach, proof: Proof, *, now: datetime) -> Qualification:
    """Note that this certificate was checked, by whom and when; the first one makes the coach available."""
    today = local_day(now)
    rules.check_qualification(proof.number, proof.valid_until, today=today)
    with transaction():
        held = _held(coach)
        rules.check_status(held.status, PRESENT | {CoachStatus.BLOCKED})
        qualification = Qualification.create(
            public_id=new_public_id(), coach=held, checked_at=now, checked_by=actor.account_id, **asdict(proof)
        )
        if held.status == CoachStatus.APPLIED and _settle(held, now) == CoachStatus.AVAILABLE:
            mails.post_checked(held, now=now)
        audit.record(actor, "coach.qualification_checked", held)
    return qualification


def withdraw_coach(actor: Actor, coach: Coach, *, withdrawn_on: date, reason: CoachWithdrawal, now: datetime) -> None:
    """A coach stops: not offered any more, and without access from this moment."""
    with transaction():
        held = _held(coach)
        rules.check_status(held.status, PRESENT)
        rules.check_withdrawal(withdrawn_on, available_from=held.available_from, today=local_day(now))
        _set(held, status=CoachStatus.WITHDRAWN, withdrawn_on=withdrawn_on, withdrawn_reason=reason)
        accounts.take_away(held.account, Role.COACH)
        audit.record(actor, "coach.withdrawn", held, detail=reason)


def readmit_coach(actor: Actor, coach: Coach, *, now: datetime) -> None:
    """A coach who stopped comes back, or never should have been noted as stopped."""
    with transaction():
        held = _held(coach)
        rules.check_status(held.status, frozenset({CoachStatus.WITHDRAWN}))
        _set(held, withdrawn_on=None, withdrawn_reason=None)
        _settle(held, now)
        _give_back_access(held)
        audit.record(actor, "coach.readmitted", held)


def continue_coach(actor: Actor, coach: Coach, *, continued_to: Continuation | None, now: datetime) -> None:
    """Note in which programme a coach goes on by own choice; None takes that back."""
    with transaction():
        held = _held(coach)
        rules.check_status(held.status, PRESENT)
        _set(held, continued_to=continued_to)
        audit.record(actor, "coach.continued", held, detail=continued_to or "")


def block_coach(actor: Actor, coach: Coach, *, now: datetime) -> None:
    """At once: not offered, signed out everywhere, and no way in as a coach."""
    with transaction():
        held = _held(coach)
        rules.check_status(held.status, PRESENT)
        _set(held, status=CoachStatus.BLOCKED, blocked_on=local_day(now))
        accounts.take_away(held.account, Role.COACH)
        audit.record(actor, "coach.blocked", held)


def unblock_coach(actor: Actor, coach: Coach, *, now: datetime) -> None:
    with transaction():
        held = _held(coach)
        rules.check_status(held.status, frozenset({CoachStatus.BLOCKED}))
        _set(held, blocked_on=None)
        _settle(held, now)
        _give_back_access(held)
        audit.record(actor, "coach.unblocked", held)


def _held(coach: Coach) -> Coach:
    """This coach as stored now, held until the transaction ends."""
    lock(coach)
    held: Coach = Coach.select(Coach, Account).join(Account).where(Coach.id == coach.id).get()
    return held


def _set(coach: Coach, **values: object) -> None:
    Coach.update(values).where(Coach.id == coach.id).execute()


def _give_back_access(coach: Coach) -> None:
    for region in queries.regions_of(coach):
        accounts.grant(coach.account, Role.COACH, region)


# -- by the worker


def warn_of_ending_certificates(*, now: datetime) -> int:
    """Mail every coach once whose certificate ends within 60 days; returns how many that are now."""
    with transaction():
        ending = queries.ending_certificates(local_day(now))
        for qualification in ending:
            mails.post_ending(qualification, now=now)
    return len(ending)
