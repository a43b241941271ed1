"""The cast, and the mails that the portal sent."""

import json
from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime

from portal.access import Role
from portal.accounts import queries as accounts
from portal.accounts.models import Account
from portal.coaches.models import Coach, CoachRegion
from portal.coaches.rules import CoachStatus
from portal.demo.rules import TWENTE, ZUID_LIMBURG, Member
from portal.errors import NotFound
from portal.i18n import N_
from portal.outbox import Mail, MailStatus

CAST = (
    Member("Noor", "Bakker", Role.PARTICIPANT, None, N_("Care worker in Twente. Has a coach and an appointment.")),
    Member("Bram", "Verhagen", Role.COACH, TWENTE, N_("Coach in Twente. Noor is one of his people.")),
    Member("Chris", "Dohmen", Role.COACH, ZUID_LIMBURG, N_("Coach in Zuid-Limburg.")),
    Member("Wilma", "Nijhuis", Role.REGION_ADMIN, TWENTE, N_("Works at the employer organisation of Twente.")),
    Member(
        "Otto", "Smeets", Role.REGION_ADMIN, ZUID_LIMBURG, N_("Works at the employer organisation of Zuid-Limburg.")
    ),
    Member("Rik", "de Haan", Role.NATIONAL, None, N_("National coordinator. Sees figures, no names.")),
    Member("Romy", "de Wit", Role.NATIONAL, None, N_("National coordinator too. Approves the reports that Rik makes.")),
    Member("Fay", "Wong", Role.PRIVACY_OFFICER, None, N_("Privacy officer.")),
    Member("Oscar", "Prins", Role.OPERATOR, None, N_("Operator. Keeps the portal running, sees no content.")),
)
SHOWN = 50


@dataclass(frozen=True)
class SentMail:
    """A mail as the person who gets it sees it."""

    public_id: str
    to: str
    subject: str
    text: str
    status: str
    at: datetime


@dataclass(frozen=True)
class Crew:
    """Every coach, Bram first, and the regions they work for by coach id."""

    coaches: list[Coach]
    regions: dict[int, set[str]]

    @property
    def available(self) -> list[Coach]:
        return [coach for coach in self.coaches if coach.status == CoachStatus.AVAILABLE]


def crew() -> Crew:
    """The coaches as they are stored. Two queries."""
    found: dict[int, set[str]] = defaultdict(set)
    for coach_id, region in CoachRegion.select(CoachRegion.coach, CoachRegion.region).tuples().execute():
        found[coach_id].add(region)
    return Crew(list(Coach.select(Coach, Account).join(Account).order_by(Coach.id)), found)


def member(name: str) -> Account:
    """The account of one of the cast; raises NotFound for anybody else."""
    known = next((m for m in CAST if m.name.lower() == name.lower()), None)
    account = accounts.account_by_address(known.email) if known else None
    if account is None:
        raise NotFound
    return account


@dataclass(frozen=True)
class Letters:
    """A page of mails, newest first; the numbers of the pages beside it."""

    mails: list[SentMail]
    newer: int | None
    older: int | None


def newest_mails(page: int) -> Letters:
    """What the portal wrote; what was for nobody stays out."""
    mails = list(
        Mail.select()
        .where(Mail.content_sealed.is_null(False), Mail.status != MailStatus.UNADDRESSED)
        .order_by(Mail.created_at.desc(), Mail.id.desc())
        .offset((page - 1) * SHOWN)
        .limit(SHOWN + 1)
    )
    return Letters(
        mails=[_readable(mail) for mail in mails[:SHOWN]],
        newer=page - 1 if page > 1 else None,
        older=page + 1 if len(mails) > SHOWN else None,
    )


def _readable(mail: Mail) -> SentMail:
    content = json.loads(mail.content)
    return SentMail(mail.public_id, mail.recipient, content["subject"], content["text"], mail.status, mail.created_at)
