"""How long start and end can be joined."""

from datetime import timedelta

from portal.errors import DomainError
from portal.i18n import N_

# So long after closing the key of a start answer still exists; then nobody can join it to anything.
KEY_KEPT = timedelta(days=60)


class AlreadyMeasured(DomainError):
    status = 409
    message = N_("You have answered these questions already. Thank you.")
