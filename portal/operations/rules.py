"""What the operator may do with a mail that could not be delivered."""

from portal.errors import DomainError
from portal.i18n import N_

# More than this is not read one by one: then something larger is wrong.
MOST_SHOWN = 100


class NotFailed(DomainError):
    status = 409
    message = N_("This mail is not on the list any more: it is being tried again, or it has gone.")
