"""Reading drafts and enrolments. `visible_to` is the only place that says whose enrolments these are."""

import json
from dataclasses import dataclass
from datetime import date, datetime

import peewee

from portal.access import REGION, Actor
from portal.crypto import digest
from portal.enrolments.models import Consent, Draft, Enrolment, EnrolmentEvent, EnrolmentTheme
from portal.enrolments.rules import OPEN, ConfirmationGone, EnrolmentStatus, SignUp
from portal.errors import NotFound
from portal.programmes.codes import ProgrammeCode, Theme
from portal.regions import queries as regions


@dataclass(frozen=True)
class RegionGuess:
    """Which region a postcode lies in, and who helps people there; empty when it lies in none."""

    code: str = ""
    name: str = ""
    employer: str = ""


def visible_to(actor: Actor) -> peewee.ModelSelect:
    """A participant's own enrolments; for staff of a region the confirmed ones of that region; for others nothing."""
    own = Enrolment.participant == actor.account_id
    if actor.has_role(*REGION):
        return Enrolment.select().where(
            own | (Enrolment.region.in_(actor.regions) & Enrolment.enrolled_at.is_null(False) & (Enrolment.id > 0))
        )
    return Enrolment.select().where(own, Enrolment.participant.is_null(False))


def by_public_id(actor: Actor, public_id: str) -> Enrolment:
    """This enrolment, when the actor may see it; raises NotFound otherwise."""
    found = visible_to(actor).where(Enrolment.public_id == public_id).first()
    if found is None:
        raise NotFound
    return found


def newest_open(actor: Actor) -> Enrolment | None:
    """The enrolment that this participant is in now."""
    return (
        Enrolment.select()
        .where(Enrolment.participant == actor.account_id, Enrolment.status.in_(OPEN))
        .order_by(Enrolment.enrolled_at.desc(), Enrolment.id.desc())
        .first()
    )


def newest_programme(actor: Actor) -> ProgrammeCode | None:
    """The programme that this participant signed up for last, open or not."""
    found = (
        Enrolment.select(Enrolment.programme)
        .where(Enrolment.participant == actor.account_id)
        .order_by(Enrolment.id.desc())
        .first()
    )
    return ProgrammeCode(found.programme) if found else None


def open_in_programme(account_id: int, programme: ProgrammeCode) -> Enrolment | None:
    return (
        Enrolment.select()
        .where(Enrolment.participant == account_id, Enrolment.programme == programme, Enrolment.status.in_(OPEN))
        .first()
    )


def themes_of(enrolment: Enrolment) -> list[Theme]:
    rows = EnrolmentTheme.select(EnrolmentTheme.theme).where(EnrolmentTheme.enrolment == enrolment)
    chosen = {row.theme for row in rows}
    return [theme for theme in Theme if theme in chosen]


def timeline_of(enrolment: Enrolment) -> list[EnrolmentEvent]:
    """What happened, newest first."""
    return list(
        EnrolmentEvent.select()
        .where(EnrolmentEvent.enrolment == enrolment)
        .order_by(EnrolmentEvent.at.desc(), EnrolmentEvent.id.desc())
    )


def consents_of(enrolment: Enrolment) -> list[Consent]:
    return list(Consent.select().where(Consent.enrolment == enrolment).order_by(Consent.id))


def draft_of(token: str | None, now: datetime) -> Draft | None:
    """The draft behind the id in this browser's cookie, while it lives."""
    if not token:
        return None
    return Draft.get_or_none(Draft.token_hash == digest(token, purpose="draft"), Draft.expires_at > now)


def sign_up_in(draft: Draft | None) -> SignUp:
    """What this draft holds so far."""
    return SignUp.from_dict(json.loads(draft.content)) if draft else SignUp()


def by_confirmation(token: str, now: datetime) -> Enrolment:
    """The enrolment behind a mailed link, confirmed or not; raises ConfirmationGone when it was erased or is due to."""
    found = Enrolment.get_or_none(Enrolment.token_hash == digest(token, purpose="confirm"))
    if found is None or found.waits_in_vain(now):
        raise ConfirmationGone
    return found


def guess_region(pc4: int, on: date) -> RegionGuess:
    """The region of this postcode; an empty guess when it lies in none."""
    region = regions.region_of_postcode(pc4)
    named = regions.region_on(region.code, on) if region else None
    return RegionGuess(named.code, named.name, named.employer_name) if named else RegionGuess()


def unconfirmed_in(browser: str) -> Enrolment | None:
    """The newest sign-up that was sent from this browser and still waits for its confirmation."""
    return (
        Enrolment.select()
        .where(
            Enrolment.status == EnrolmentStatus.SUBMITTED,
            Enrolment.browser_hash == digest(browser, purpose="browser"),
        )
        .order_by(Enrolment.id.desc())
        .first()
    )
