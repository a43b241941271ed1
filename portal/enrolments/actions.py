"""Keeping a draft, sending it, confirming it, and noting what happens to an enrolment."""

import json
from datetime import datetime

from portal import audit
from portal.access import PORTAL, Actor, Role
from portal.accounts import actions as accounts
from portal.accounts.models import Account
from portal.accounts.rules import limit_key
from portal.crypto import digest, new_public_id, new_token
from portal.db import lock, transaction
from portal.enrolments import mails, queries, rules
from portal.enrolments.models import Consent, Draft, Enrolment, EnrolmentEvent, EnrolmentTheme
from portal.enrolments.rules import EnrolmentStatus, EventKind, Purpose, SignUp
from portal.programmes.codes import ProgrammeCode
from portal.throttle import check_limit, within_limit

# From one client and to one address; a whole team behind one address of a hospital gets through.
SIGN_UPS_PER_CLIENT = "40/15 minutes"
MAILS_AGAIN_PER_CLIENT = "3/15 minutes"
MAILS_PER_ADDRESS = "5/hour"
MAILS_IN_ALL = "2000/hour"


# -- the draft


def keep_draft(token: str | None, sign_up: SignUp, *, now: datetime) -> str:
    """Seal what was filled in for another 24 hours; returns the id for the browser's cookie."""
    with transaction():
        draft = queries.draft_of(token, now)
        if draft is None or token is None:
            token = new_token()
            draft = Draft(public_id=new_public_id(), token_hash=digest(token, purpose="draft"), created_at=now)
        draft.content = json.dumps(sign_up.to_dict())
        draft.expires_at = now + rules.DRAFT_LIFETIME
        draft.save(force_insert=draft.id is None)
    return token


def erase_draft(token: str | None) -> bool:
    """Whether there was one; of two who erase it at the same moment one hears so."""
    known = Draft.token_hash == digest(token or "", purpose="draft")
    return bool(Draft.delete().where(known).execute())


# -- sending and confirming


def submit(sign_up: SignUp, *, draft: str | None, browser: str, client: str, language: str, now: datetime) -> Enrolment:
    """Send the sign-up and mail a link to confirm it. Nothing counts and nothing is booked before that.

    A draft is sent once: raises AlreadySent for who sends it again, or at the same moment.
    """
    check_limit(SIGN_UPS_PER_CLIENT, "sign-up-client", client)
    not_too_many = within_limit(MAILS_IN_ALL, "sign-up-all", "")
    token = new_token()
    with transaction():
        if draft and not erase_draft(draft):
            raise rules.AlreadySent
        enrolment = _write_enrolment(sign_up, token=token, browser=browser, language=language, now=now)
        _write_topics(enrolment, sign_up, now)
        note(enrolment, EventKind.SUBMITTED, actor=PORTAL, now=now)
        mails.post_confirmation(
            enrolment,
            address=sign_up.email,
            first_name=sign_up.first_name,
            token=token,
            now=now,
            addressed=within_limit(MAILS_PER_ADDRESS, "sign-up-address", limit_key(sign_up.email)) and not_too_many,
        )
    return enrolment


def _write_enrolment(sign_up: SignUp, *, token: str, browser: str, language: str, now: datetime) -> Enrolment:
    enrolment = Enrolment(
        public_id=new_public_id(),
        programme=sign_up.programme,
        region=sign_up.region,
        region_derived=sign_up.region_derived or None,
        pc4=sign_up.pc4,
        work_situation=sign_up.work_situation,
        branch=sign_up.branch or None,
        shifts={"yes": True, "no": False}.get(sign_up.shifts),
        call_times=sign_up.call_times,
        language=language,
        token_hash=digest(token, purpose="confirm"),
        browser_hash=digest(browser, purpose="browser"),
        status_at=now,
        submitted_at=now,
    )
    enrolment.words = sign_up.words
    enrolment.contact = json.dumps(
        {name: getattr(sign_up, name) for name in ("first_name", "last_name", "email", "phone")}
    )
    enrolment.save(force_insert=True)
    return enrolment


def _write_topics(enrolment: Enrolment, sign_up: SignUp, now: datetime) -> None:
    for theme in sign_up.themes:
        EnrolmentTheme.create(enrolment=enrolment, theme=theme)
    agreed = [Purpose.READ_PRIVACY]
    agreed += [Purpose.THEMES] if sign_up.themes else []
    agreed += [Purpose.WORDS] if sign_up.words else []
    for purpose in agreed:
        Consent.create(enrolment=enrolment, purpose=purpose, text_version=rules.CONSENT_TEXTS, given_at=now)


def mail_again(enrolment: Enrolment, *, client: str, now: datetime) -> None:
    """A new link for somebody who did not get the mail; the older one ends, unless there were too many mails."""
    check_limit(MAILS_AGAIN_PER_CLIENT, "mail-again-client", client)
    contact = json.loads(enrolment.contact)
    if not within_limit(MAILS_IN_ALL, "sign-up-all", "") or not within_limit(
        MAILS_PER_ADDRESS, "sign-up-address", limit_key(contact["email"])
    ):
        return
    token = new_token()
    with transaction():
        Enrolment.update(token_hash=digest(token, purpose="confirm")).where(
            Enrolment.id == enrolment.id, Enrolment.status == EnrolmentStatus.SUBMITTED
        ).execute()
        mails.post_confirmation(
            enrolment, address=contact["email"], first_name=contact["first_name"], token=token, now=now
        )


def confirm(enrolment: Enrolment, *, now: datetime) -> Account:
    """The address is proven: the person gets an account, and from now on the enrolment counts.

    A second enrolment for a programme that the person is already in becomes a duplicate. Pressing the button twice
    confirms once.
    """
    with transaction():
        lock(enrolment)
        fresh = Enrolment.get_by_id(enrolment.id)
        if fresh.status != EnrolmentStatus.SUBMITTED:
            return fresh.participant
        account = _account_for(fresh, now)
        double = queries.open_in_programme(account.id, ProgrammeCode(fresh.programme)) is not None
        Enrolment.update(participant=account, enrolled_at=now, contact_sealed=None).where(
            Enrolment.id == fresh.id
        ).execute()
        status = EnrolmentStatus.DUPLICATE if double else EnrolmentStatus.CONFIRMED
        note(fresh, EventKind.CONFIRMED, actor=Actor(account_id=account.id), now=now, status=status)
        audit.record(Actor(account_id=account.id), "enrolment.confirmed", fresh)
    return account


def _account_for(enrolment: Enrolment, now: datetime) -> Account:
    """The person with this address; an unproven sign-up never changed anything about them before."""
    contact = json.loads(enrolment.contact)
    account = accounts.open_or_find_account(
        address=contact["email"],
        first_name=contact["first_name"],
        last_name=contact["last_name"],
        phone=contact["phone"],
        language=enrolment.language,
        now=now,
    )
    accounts.grant(account, Role.PARTICIPANT)
    return account


# -- what happens to an enrolment


def note(
    enrolment: Enrolment,
    kind: EventKind,
    *,
    actor: Actor,
    now: datetime,
    status: EnrolmentStatus | None = None,
) -> None:
    """One entry on the timeline, and the status that the enrolment has from now on."""
    EnrolmentEvent.create(enrolment=enrolment, at=now, kind=kind, status=status, actor=actor.account_id)
    if status is not None:
        Enrolment.update(status=status, status_at=now).where(Enrolment.id == enrolment.id).execute()


def erase_unconfirmed(*, now: datetime) -> int:
    """Erase drafts after a day and sign-ups that nobody confirmed within seven days; returns how many sign-ups."""
    with transaction():
        Draft.delete().where(Draft.expires_at <= now).execute()
        return (
            Enrolment.delete()
            .where(
                Enrolment.status == EnrolmentStatus.SUBMITTED,
                Enrolment.submitted_at <= now - rules.CONFIRM_WITHIN,
            )
            .execute()
        )
