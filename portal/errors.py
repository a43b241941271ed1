"""What can go wrong by the rules: errors that carry a status and a sentence for the person who reads it."""

from portal.i18n import N_, gettext


class DomainError(Exception):
    """A rule of the domain forbids this.

    `message` is a translatable sentence that is always filled in: keyword arguments fill its placeholders, and a
    percent sign is written twice. `field` names the form field that the sentence belongs to, None when it concerns
    the whole form.
    """

    status = 422
    field: str | None = None
    message = N_("This is not possible.")

    def __init__(self, **values: object) -> None:
        super().__init__(self.message)
        self.values = values

    def __str__(self) -> str:
        return str(gettext(self.message) % self.values)


class NotFound(DomainError):
    """Not there, or not yours: the answer is the same."""

    status = 404
    message = N_("This page is not here (any more).")


class Forbidden(DomainError):
    """Your role does not allow this."""

    status = 403
    message = N_("You are not allowed to see this page.")


class ChangedMeanwhile(DomainError):
    """Somebody stored a newer version after this form was opened; nothing of what was typed is lost."""

    status = 409
    message = N_(
        "This was changed after you opened the page, perhaps by you in another window. What you filled in is still "
        "here. Look at what has changed and save again."
    )


class TooManyRequests(DomainError):
    """A limit was reached; `retry_after` says in how many seconds it is over."""

    status = 429
    message = N_("You tried this too often. Wait a moment and try again.")

    def __init__(self, *, retry_after: int) -> None:
        super().__init__()
        self.retry_after = retry_after
