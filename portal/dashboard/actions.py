"""Mailing region admins once a quarter, and switching that off and on."""

from datetime import datetime

from portal import audit
from portal.access import Actor
from portal.dashboard import mails, queries, rules
from portal.dashboard.models import QuarterMailOff
from portal.db import transaction


def mail_quarter(*, now: datetime) -> int:
    """Tell region admins that a quarter is over, when it is time for that; returns to how many.

    The outbox takes one mail per person and quarter: two workers, and the next run, write nothing more.
    """
    quarter = rules.quarter_to_mail(now)
    if quarter is None:
        return 0
    with transaction():
        admins = queries.region_admins_to_mail()
        for account in admins:
            mails.post_quarter(account, quarter, now=now)
    return len(admins)


def switch_mail_off(actor: Actor, *, now: datetime) -> None:
    """Twice is the same as once."""
    with transaction():
        QuarterMailOff.insert(account=actor.account_id, switched_off_at=now).on_conflict_ignore().execute()
        audit.record(actor, "quarter_mail.switched_off")


def switch_mail_on(actor: Actor) -> None:
    with transaction():
        QuarterMailOff.delete().where(QuarterMailOff.account == actor.account_id).execute()
        audit.record(actor, "quarter_mail.switched_on")
