"""When somebody is asked again, for how long the link works, and what was agreed to."""

from datetime import date, timedelta

from dateutil.relativedelta import relativedelta

from portal.errors import DomainError
from portal.i18n import N_

# The words people agreed to; a new text gets a new version.
CONSENT_TEXT = "2026-11"
MONTHS_LATER = 6
INVITATION_LIFETIME = timedelta(days=30)
# Who was due longer ago is not asked any more, such as after a stop of the worker.
INVITE_WITHIN = timedelta(days=30)
# So long after the end the last one can answer.
ANSWERED_WITHIN = relativedelta(months=MONTHS_LATER) + INVITE_WITHIN + INVITATION_LIFETIME


class NothingFilledIn(DomainError):
    """An empty answer would use up the link and tell nothing."""

    message = N_("Answer at least one of these questions. Do you not want to? Then you need not do anything.")


def closed_by(today: date) -> date:
    """Who was ready up to and including this day is due to be asked."""
    return today - relativedelta(months=MONTHS_LATER)
