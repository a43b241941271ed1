"""When a code from the app is right (RFC 6238, thirty seconds a step), and when trying has to wait."""

import secrets
from datetime import datetime, timedelta

import pyotp

from portal.errors import DomainError
from portal.i18n import N_

STEP_SECONDS = 30
WRONG_TRIES = 5
WAIT = timedelta(minutes=5)
FRESH = timedelta(minutes=10)
RECOVERY_CODES = 10
ISSUER = "Coaching zorg en welzijn"
# Without letters and digits that look alike.
RECOVERY_ALPHABET = "abcdefghjkmnpqrstuvwxyz23456789"


class WrongCode(DomainError):
    field = "code"
    message = N_("This code is not right. Wait for the next code in your app and try again.")


class TryLater(DomainError):
    field = "code"
    status = 429
    message = N_("Too many wrong codes. Wait five minutes and try again.")


class AlreadySetUp(DomainError):
    status = 409
    message = N_("Your second step is set up already.")


def new_secret() -> str:
    return pyotp.random_base32()


def new_recovery_codes() -> list[str]:
    """Ten codes such as 'k7mq-2xvd-9ahp'."""
    return ["-".join(_four_characters() for _ in range(3)) for _ in range(RECOVERY_CODES)]


def _four_characters() -> str:
    return "".join(secrets.choice(RECOVERY_ALPHABET) for _ in range(4))


def provisioning_uri(secret: str, *, name: str) -> str:
    """What the QR code says to the app."""
    return pyotp.TOTP(secret).provisioning_uri(name=name, issuer_name=ISSUER)


def grouped(secret: str) -> str:
    """The secret in groups of four, for those who type it."""
    return " ".join(secret[i : i + 4] for i in range(0, len(secret), 4))


def matching_step(secret: str, code: str, *, now: datetime, after: int) -> int | None:
    """The step this code belongs to: now, one before or one after, and later than the last one used."""
    totp = pyotp.TOTP(secret)
    present = int(now.timestamp()) // STEP_SECONDS
    for step in (present, present - 1, present + 1):
        if step > after and secrets.compare_digest(totp.generate_otp(step), code):
            return step
    return None


def check_may_try(locked_until: datetime | None, now: datetime) -> None:
    if locked_until and now < locked_until:
        raise TryLater


def is_fresh(given_at: datetime | None, now: datetime) -> bool:
    """Whether a code was given so short ago that nobody else can have sat down at this browser since."""
    return given_at is not None and now - given_at <= FRESH


def plain(code: str) -> str:
    """'123 456' is '123456'; recovery codes may be typed with or without dashes."""
    return "".join(c for c in code.lower() if c.isalnum() and c.isascii())
