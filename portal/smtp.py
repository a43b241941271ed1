"""What a mail looks like on its way, handing it to the mail server, and what a refusal means."""

import smtplib
import ssl
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import format_datetime, parseaddr
from urllib.parse import urlsplit

from email_validator import validate_email

from portal import config
from portal.config import Smtp

SECONDS = 20
# What can go wrong with one mail; ValueError: an address or subject that fits in no header.
FAILURES = (OSError, smtplib.SMTPException, ValueError)


@dataclass(frozen=True)
class CalendarPart:
    """An iTIP message that goes with the mail."""

    method: str
    text: str


def message(
    *,
    to: str,
    subject: str,
    text: str,
    html: str,
    calendar: CalendarPart | None,
    language: str,
    name: str,
    now: datetime,
) -> EmailMessage:
    """The mail to one person; `name` makes the Message-ID, the same at every try. Raises ValueError."""
    made = EmailMessage()
    made["From"] = _sender(config.current().mail_from)
    made["To"] = Address(addr_spec=_in_ascii(to))
    made["Subject"] = subject
    made["Date"] = format_datetime(now)
    made["Message-ID"] = f"<{name}@{urlsplit(config.current().public_url).hostname}>"
    made["Auto-Submitted"] = "auto-generated"
    made.set_content(text)
    made.add_alternative(html, subtype="html")
    if calendar:
        _add_calendar(made, calendar)
    made["Content-Language"] = language  # Before the parts it would be the language of the first one only.
    return made


def _sender(text: str) -> Address:
    name, address = parseaddr(text)
    return Address(display_name=name, addr_spec=address)


def _in_ascii(address: str) -> str:
    """The address with its domain as mail servers write it; raises ValueError for what is no address."""
    return validate_email(address, check_deliverability=False, test_environment=True).ascii_email or ""


def _add_calendar(made: EmailMessage, calendar: CalendarPart) -> None:
    """As an alternative for mail clients that show invitations, and as a file for those that do not."""
    made.add_alternative(calendar.text, subtype="calendar", params={"method": calendar.method})
    made.add_attachment(calendar.text.encode(), maintype="text", subtype="calendar", filename="afspraak.ics")


def hand_over(made: EmailMessage) -> None:
    """Give the mail to the mail server; raises one of FAILURES when it does not take it."""
    smtp = config.current().smtp
    if smtp is None:  # The demo has no mail server: its mails are read at /demo/post.
        return
    server = _connection(smtp)
    try:
        if smtp.starttls:
            server.starttls(context=ssl.create_default_context())
        if smtp.user:
            server.login(smtp.user, smtp.password or "")
        server.send_message(made)
    finally:
        with suppress(OSError, smtplib.SMTPException):  # It has the mail already, or never will.
            server.quit()


def _connection(smtp: Smtp) -> smtplib.SMTP:
    if smtp.tls:
        return smtplib.SMTP_SSL(smtp.host, smtp.port, timeout=SECONDS, context=ssl.create_default_context())
    return smtplib.SMTP(smtp.host, smtp.port, timeout=SECONDS)


def is_final(error: Exception) -> bool:
    """Trying again is no use: a 5xx answer about this mail, or an address that fits in no header.

    A server that refuses us altogether (greeting, password) may take the same mail tomorrow.
    """
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        return all(code >= 500 for code, _ in error.recipients.values())
    if isinstance(error, smtplib.SMTPSenderRefused | smtplib.SMTPDataError):
        return error.smtp_code >= 500
    return isinstance(error, ValueError) and not isinstance(error, OSError)  # A bad certificate is both.


def short_cause(error: Exception) -> str:
    """The kind of failure and its code; never the answer itself, which may repeat the address."""
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        return f"{type(error).__name__} {sorted({code for code, _ in error.recipients.values()})}"
    code = getattr(error, "smtp_code", None) or getattr(error, "errno", None)
    return f"{type(error).__name__} {code}" if code else type(error).__name__
