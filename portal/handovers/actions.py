"""A handover from proposal to arrival: who may take which step from where; of two at once the first one counts."""

from collections.abc import Iterable
from datetime import datetime

from portal import audit
from portal.access import NOBODY, PORTAL, Actor
from portal.clock import local_day
from portal.crypto import digest, new_public_id, new_token
from portal.db import lock, transaction
from portal.destinations.models import Destination
from portal.enrolments import actions as enrolments
from portal.enrolments.rules import EventKind
from portal.handovers import mails, queries, rules
from portal.handovers.models import Handover, HandoverConsent, HandoverStep
from portal.handovers.rules import Closing, Step, Way
from portal.programmes.codes import ReferralKind
from portal.referrals import rules as referral_rules
from portal.referrals.models import Referral
from portal.referrals.rules import ReferralStatus
from portal.trajectories.models import Trajectory

# -- proposing and answering


def propose(
    actor: Actor, *, trajectory: Trajectory, place: Destination, way: Way, words: str, now: datetime
) -> Handover:
    """The coach proposes what is passed on, to whom and how; nothing leaves before the participant approves."""
    referral_rules.check_not_urgent(place.destination_class)
    rules.check_way(way, place.email)
    rules.check_words(words)
    with transaction():
        lock(trajectory.enrolment)
        if not (Trajectory.get_by_id(trajectory.id).is_running and trajectory.participant_id):
            raise rules.NothingToHandOver
        if any(known.destination_id == place.id for known in queries.open_of(trajectory)):
            raise rules.ProposedAlready
        referral = Referral.create(
            public_id=new_public_id(),
            enrolment=trajectory.enrolment_id,
            coach=trajectory.coach_id,
            kind=ReferralKind.WARM_HANDOVER,
            destination_class=place.destination_class,
            destination_name=place.name,
            status=ReferralStatus.PROPOSED,
            referred_on=local_day(now),
            recorded_at=now,
        )
        made = Handover(public_id=new_public_id(), referral=referral, destination=place, way=way)
        made.words = words
        made.address = place.email if way == Way.MAIL else ""
        made.save(force_insert=True)
        _note(actor, made, Step.PROPOSED, now)
        handover = queries.as_it_is_now(made)
        mails.post_proposed(handover, now=now)
    return handover


def approve(actor: Actor, handover: Handover, *, words: str, now: datetime) -> None:
    """The participant agrees to pass on exactly these words, once; what they changed in them is what counts."""
    rules.check_words(words)
    with transaction():
        _move(handover, {ReferralStatus.PROPOSED}, ReferralStatus.CONSENTED, consent=True)
        if words != queries.as_it_is_now(handover).words:
            handover.words = words
            Handover.update(words_sealed=handover.words_sealed).where(Handover.id == handover.id).execute()
            _note(actor, handover, Step.WORDED, now)
        HandoverConsent.create(
            handover=handover,
            to_whom=handover.referral.destination_name,
            way=handover.way,
            words_hash=words_hash(handover, words),
            text_version=rules.CONSENT_TEXT,
            given_at=now,
        )
        _note(actor, handover, Step.CONSENTED, now)
        mails.post_answered(handover, Step.CONSENTED, now=now)


def words_hash(handover: Handover, words: str) -> str:
    """What is kept of the words that were approved, also after they are erased."""
    return digest(words, purpose=f"handover:{handover.public_id}")


def go_alone(actor: Actor, handover: Handover, *, now: datetime) -> None:
    """The participant makes contact alone: then it was advice, and nothing is passed on."""
    with transaction():
        _move(handover, {ReferralStatus.PROPOSED}, ReferralStatus.GIVEN, kind=ReferralKind.ADVICE)
        _erase(handover)
        _note(actor, handover, Step.ALONE, now)
        enrolments.note(handover.referral.enrolment, EventKind.REFERRED, actor=actor, now=now)
        mails.post_answered(handover, Step.ALONE, now=now)


def decline(actor: Actor, handover: Handover, *, now: datetime) -> None:
    with transaction():
        _move(handover, {ReferralStatus.PROPOSED}, ReferralStatus.WITHDRAWN)
        _erase(handover)
        _note(actor, handover, Step.DECLINED, now)
        mails.post_answered(handover, Step.DECLINED, now=now)


def withdraw(actor: Actor, handover: Handover, *, now: datetime) -> None:
    """Taking back is possible until it was sent; the words are erased and the permission ends."""
    with transaction():
        _move(handover, rules.UNSENT, ReferralStatus.WITHDRAWN, consent=False)
        HandoverConsent.update(withdrawn_at=now).where(HandoverConsent.handover == handover).execute()
        _erase(handover)
        _note(actor, handover, Step.WITHDRAWN, now)
        _tell_coach(actor, handover, Step.WITHDRAWN, now)


def let_go(actor: Actor, trajectory: Trajectory, *, closing: Closing, now: datetime) -> None:
    """Before a trajectory is closed: raises HandoverUnderWay unless the coach says that they know.

    What was not sent yet is taken back; about what was sent the coach is asked until it has arrived.
    """
    with transaction():
        lock(trajectory.enrolment)
        rules.check_closing(queries.open_of(trajectory), closing)
        for handover in queries.unsent_of(trajectory):
            withdraw(actor, handover, now=now)


# -- passing it on


def send_by_mail(actor: Actor, handover: Handover, *, now: datetime) -> None:
    """Mail the link to the approved words; the code goes another way."""
    with transaction():
        _check_way(handover, Way.MAIL)
        _hand_over(actor, handover, Step.SENT, now)
        _send_link(handover, now)
        mails.post_sent(handover, now=now)


def send_again(actor: Actor, handover: Handover, *, now: datetime) -> None:
    """Once more the same words to the same place with a new link and code, when the last one did not get across."""
    with transaction():
        lock(handover.referral.enrolment)
        held = queries.as_it_is_now(handover)
        if held.referral.status != ReferralStatus.SENT or held.way != Way.MAIL:
            raise rules.MovedOn
        if held.can_be_read(now):
            raise rules.LinkWorksStill
        if held.words_sealed is None:
            raise rules.WordsGone
        _note(actor, handover, Step.SENT, now)
        _send_link(held, now)


def _send_link(handover: Handover, now: datetime) -> None:
    token = new_token()
    handover.code = rules.new_code()
    handover.token_hash = digest(token, purpose=queries.LINK)
    handover.link_expires_at = now + rules.LINK_LIFETIME
    Handover.update(
        token_hash=handover.token_hash,
        code_sealed=handover.code_sealed,
        tries=0,
        read_at=None,
        link_expires_at=handover.link_expires_at,
        erase_at=now + rules.KEPT_UNREAD,
    ).where(Handover.id == handover.id).execute()
    mails.post_to_place(handover, token=token, now=now)


def tell_by_phone(actor: Actor, handover: Handover, *, now: datetime) -> None:
    """The coach called the place and told them the approved words."""
    with transaction():
        _check_way(handover, Way.PHONE)
        _hand_over(actor, handover, Step.TOLD, now)
        Handover.update(erase_at=now + rules.KEPT_AFTER_READING).where(Handover.id == handover.id).execute()
        mails.post_sent(handover, now=now)


def _check_way(handover: Handover, way: Way) -> None:
    """The participant agreed to one way only."""
    if handover.way != way:
        raise rules.MovedOn


def _hand_over(actor: Actor, handover: Handover, step: Step, now: datetime) -> None:
    _move(handover, {ReferralStatus.CONSENTED}, ReferralStatus.SENT, sent_on=local_day(now))
    Handover.update(ask_at=rules.ask_next(now)).where(Handover.id == handover.id).execute()
    _note(actor, handover, step, now)
    enrolments.note(handover.referral.enrolment, EventKind.REFERRED, actor=actor, now=now)


def read_words(handover: Handover, code: str, *, now: datetime) -> str:
    """The words, once, for who has the code. Raises WrongCode, and LinkOver after five of them."""
    with transaction():
        lock(handover)
        held = queries.as_it_is_now(handover)
        if held.token_hash != handover.token_hash or not held.can_be_read(now):
            raise rules.LinkOver
        right = rules.is_the_code(code, held.code)
        if right:
            Handover.update(read_at=now, code_sealed=None, erase_at=now + rules.KEPT_AFTER_READING).where(
                Handover.id == held.id
            ).execute()
            _note(NOBODY, held, Step.READ, now)
        else:
            Handover.update(tries=Handover.tries + 1).where(Handover.id == held.id).execute()
    if not right:
        raise rules.WrongCode
    return str(held.words)


def settle(actor: Actor, handover: Handover, outcome: ReferralStatus, *, now: datetime) -> None:
    """Coach or participant says whether there was contact; then the words go, and nobody is asked any more.

    Contact that came later than somebody thought can still be told.
    """
    step = Step.ARRIVED if outcome == ReferralStatus.ARRIVED else Step.NOT_ARRIVED
    with transaction():
        _move(handover, rules.before(outcome), outcome, settled_on=local_day(now))
        Handover.update(ask_at=None).where(Handover.id == handover.id).execute()
        _erase(handover)
        _note(actor, handover, step, now)
        _tell_coach(actor, handover, step, now)


# -- what the worker does


def ask_coaches(*, now: datetime) -> int:
    """Three working days after it was sent, and again: did it work? Returns how many were asked."""
    asked = 0
    for handover in queries.to_ask_about(now):
        with transaction():
            later = Handover.update(ask_at=rules.ask_next(now)).where(
                Handover.id == handover.id, Handover.ask_at == handover.ask_at
            )
            if later.execute():
                mails.post_did_it_work(handover, now=now)
                asked += 1
    return asked


def tell_unread(*, now: datetime) -> int:
    """A link that nobody read in time, or that was tried too often: the coach hears it, once. Returns how many."""
    told = 0
    for handover in queries.unread(now):
        with transaction():
            ended = Handover.update(code_sealed=None).where(
                Handover.id == handover.id,
                Handover.token_hash == handover.token_hash,
                Handover.code_sealed.is_null(False),
                Handover.read_at.is_null(),
            )
            if ended.execute():
                _note(PORTAL, handover, Step.UNREAD, now)
                mails.post_unread(handover, now=now)
                told += 1
    return told


def erase_words(*, now: datetime) -> int:
    """What was passed on is not kept: erase the words whose time has come. Returns of how many."""
    due = (Handover.erase_at <= now) & Handover.words_sealed.is_null(False)
    return int(Handover.update(words_sealed=None, code_sealed=None, erase_at=None).where(due).execute())


# -- shared


def _move(handover: Handover, before: Iterable[ReferralStatus], after: ReferralStatus, **facts: object) -> None:
    """From one status to the next; raises MovedOn when somebody else took a step first."""
    lock(handover.referral.enrolment)
    moved = Referral.update(status=after, **facts).where(
        Referral.id == handover.referral_id, Referral.status.in_(list(before))
    )
    if not moved.execute():
        raise rules.MovedOn


def _erase(handover: Handover) -> None:
    Handover.update(words_sealed=None, code_sealed=None, erase_at=None).where(Handover.id == handover.id).execute()


def _tell_coach(actor: Actor, handover: Handover, step: Step, now: datetime) -> None:
    """Of what coaches did themselves they get no mail."""
    if actor.account_id == handover.referral.enrolment.participant_id:
        mails.post_answered(handover, step, now=now)


def _note(actor: Actor, handover: Handover, step: Step, now: datetime) -> None:
    HandoverStep.create(handover=handover, step=step, at=now, by=actor.account_id)
    audit.record(actor, f"handover.{step}", handover)
