"""The cast, and the mails that the portal sent."""

import json
from dataclasses import dataclass
from datetime import datetime

from portal.access import Role
from portal.accounts import queries as accounts
from portal.accounts.models import Account
from portal.demo.rules import TWENTE, ZUID_LIMBURG, Member
from portal.errors import NotFound
from portal.i18n import N_
from portal.outbox import Mail

CAST = (
    Member("Noor", "Bakker", Role.PARTICIPANT, None, N_("Care worker in Twente. Has a coach and an appointment.")),
    Member("Bram", "Verhagen", Role.COACH, TWENTE, N_("Coach in Twente. Noor is one of his people.")),
    Member("Chris", "Dohmen", Role.COACH, ZUID_LIMBURG, N_("Coach in Zuid-Limburg.")),
    Member("Wilma", "Nijhuis", Role.REGION_ADMIN, TWENTE, N_("Works at the employer organisation of Twente.")),
    Member(
        "Otto", "Smeets", Role.REGION_ADMIN, ZUID_LIMBURG, N_("Works at the employer organisation of Zuid-Limburg.")
    ),
    Member("Rik", "de Haan", Role.NATIONAL, None, N_("National coordinator. Sees figures, no names.")),
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


def member(name: str) -> Account:
    """The account of one of the cast; raises NotFound for anybody else."""
    known = next((m for m in CAST if m.name.lower() == name.lower()), None)
    account = accounts.account_by_address(known.email) if known else None
    if account is None:
        raise NotFound
    return account


def newest_mails(page: int = 1) -> list[SentMail]:
    """What the portal wrote, newest first; what was for nobody stays out."""
    mails = (
        Mail.select()
        .where(Mail.content_sealed.is_null(False), Mail.status != "unaddressed")
        .order_by(Mail.created_at.desc(), Mail.id.desc())
        .paginate(page, SHOWN)
    )
    return [_readable(mail) for mail in mails]


def _readable(mail: Mail) -> SentMail:
    content = json.loads(mail.content)
    return SentMail(mail.public_id, mail.recipient, content["subject"], content["text"], mail.status, mail.created_at)
