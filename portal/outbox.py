"""Every mail is a row first, stored with the change that causes it; the worker hands the rows to the mail server."""

import json
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from email.message import EmailMessage
from enum import StrEnum
from functools import cache

import jinja2
import peewee
import structlog

from portal import clock, config, i18n, jobs, smtp
from portal.config import ROOT
from portal.crypto import SealBroken, Sealed, keyed_digest, new_public_id
from portal.db import CodeField, ShortText, Table, UTCField, on_postgres, transaction
from portal.smtp import CalendarPart

logger = structlog.get_logger()

# After a failure we wait this long, then longer; after the last one a person has to look at it.
BACK_OFF = [timedelta(minutes=m) for m in (1, 5, 15, 60, 240, 720, 1440)]
CLAIM = timedelta(minutes=5)
UNADDRESSED_KEPT = timedelta(hours=1)


class MailStatus(StrEnum):
    WAITING = "waiting"
    SENT = "sent"
    FAILED = "failed"
    WITHDRAWN = "withdrawn"
    # Written for an address that nobody has, so that asking takes as long as for a known one.
    UNADDRESSED = "unaddressed"


class Mail(Table):
    """One mail to one person. Address and text are sealed; the text goes when it is sent (not in the demo)."""

    public_id = ShortText(40, unique=True)
    template = ShortText(80)
    dedupe_key = ShortText(120, unique=True)
    language = ShortText(5)
    recipient_sealed = peewee.BlobField()
    # To find what was written to somebody without opening every row. Empty in mails from before it was kept.
    recipient_hash = ShortText(64, null=True, index=True)
    content_sealed = peewee.BlobField(null=True)
    status = CodeField(MailStatus, default=MailStatus.WAITING)
    created_at = UTCField()
    due_at = UTCField()
    claimed_until = UTCField(null=True)
    tries = peewee.IntegerField(default=0)
    sent_at = UTCField(null=True)
    last_error = ShortText(200, default="")

    recipient = Sealed()
    content = Sealed()

    class Meta:
        indexes = ((("status", "due_at"), False),)


def post(
    template: str,
    *,
    to: str,
    subject: str,
    language: str,
    dedupe_key: str,
    now: datetime,
    due_at: datetime | None = None,
    calendar: CalendarPart | None = None,
    addressed: bool = True,
    **values: object,
) -> None:
    """Write a mail into the outbox, in the transaction of the caller; the same `dedupe_key` is written once.

    `template` names templates/mail/<template>.txt and .html; `subject` is a marked sentence. `addressed=False`
    does the same work for an address that nobody has, and sends nothing; so does a person without any address.
    """
    with i18n.speaking(language):
        content = {
            "subject": i18n.gettext(subject),
            "text": _environment().get_template(f"{template}.txt").render(values),
            "html": _environment().get_template(f"{template}.html").render(values),
            "calendar": [calendar.method, calendar.text] if calendar else None,
        }
    Mail.insert(
        _row(template, to, content, language=language, dedupe_key=dedupe_key, now=now, due_at=due_at or now)
        | {"status": MailStatus.WAITING if addressed and to else MailStatus.UNADDRESSED}
    ).on_conflict_ignore().execute()
    jobs.wake(deliver_soon)


def _row(
    template: str,
    to: str,
    content: Mapping[str, object],
    *,
    language: str,
    dedupe_key: str,
    now: datetime,
    due_at: datetime,
) -> dict[str, object]:
    mail = Mail(public_id=new_public_id(), template=template, dedupe_key=dedupe_key, language=language)
    mail.recipient, mail.recipient_hash = to, _hash_of(to)
    mail.content = json.dumps(content)
    mail.created_at, mail.due_at = now, due_at
    return dict(mail.__data__)


def withdraw(dedupe_keys: Iterable[str]) -> None:
    """Take back mails that are still waiting, such as the reminder of a talk that was cancelled."""
    Mail.update(status=MailStatus.WITHDRAWN, content_sealed=None).where(
        Mail.dedupe_key.in_(list(dedupe_keys)), Mail.status == MailStatus.WAITING
    ).execute()


def waiting_about(subject: str) -> list[str]:
    """The dedupe keys that begin with `subject` of mails that are still waiting."""
    rows = Mail.select(Mail.dedupe_key).where(*_waiting_about(subject)).order_by(Mail.id)
    return [key for (key,) in rows.tuples().execute()]


def withdraw_about(subject: str) -> None:
    """Take back every waiting mail whose dedupe key begins with `subject`."""
    Mail.update(status=MailStatus.WITHDRAWN, content_sealed=None).where(*_waiting_about(subject)).execute()


def put_off_about(subject: str, until: datetime) -> None:
    """Let waiting mails whose dedupe key begins with `subject` wait until then, such as for the morning."""
    Mail.update(due_at=until).where(*_waiting_about(subject), Mail.due_at < until).execute()


def _waiting_about(subject: str) -> tuple[peewee.Expression, ...]:
    return Mail.status == MailStatus.WAITING, peewee.fn.substr(Mail.dedupe_key, 1, len(subject)) == subject


@cache
def _environment() -> jinja2.Environment:
    """Mails have their own environment: actions post them, and actions know no web request."""
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(ROOT / "templates" / "mail"),
        autoescape=jinja2.select_autoescape(["html"]),
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    i18n.translate_in(environment)
    environment.filters.update(i18n.FILTERS)
    environment.globals.update(link=link, language=i18n.language)
    return environment


def link(path: str) -> str:
    """The full address of a page, from the configured base and never from a request."""
    return config.current().public_url + path


def deliver_next(now: datetime) -> bool:
    """Hand the first mail that is due to the mail server; False when none is due.

    One mail at a time, so that neither a failure nor a slow mail server keeps the others waiting longer than needed.
    """
    mail = _claim_next(now)
    if mail is None:
        return False
    try:
        smtp.hand_over(_message(mail, now))
    except (*smtp.FAILURES, SealBroken) as error:
        _note_failure(mail, error, now)
    else:
        _note_success(mail, now)
    return True


def _claim_next(now: datetime) -> Mail | None:
    """Take a mail for ourselves, so that two workers never send the same one."""
    with transaction():
        due = (
            Mail.select()
            .where(
                Mail.status == MailStatus.WAITING,
                Mail.due_at <= now,
                Mail.claimed_until.is_null() | (Mail.claimed_until <= now),
            )
            .order_by(Mail.due_at, Mail.id)
            .limit(1)
        )
        mail = (due.for_update(skip_locked=True) if on_postgres() else due).first()
        if mail is not None:
            Mail.update(claimed_until=now + CLAIM).where(Mail.id == mail.id).execute()
    return mail


def _note_success(mail: Mail, now: datetime) -> None:
    done = {Mail.status: MailStatus.SENT, Mail.sent_at: now, Mail.claimed_until: None, Mail.last_error: ""}
    if not config.current().demo:
        done[Mail.content_sealed] = None
    Mail.update(done).where(Mail.id == mail.id).execute()


def _note_failure(mail: Mail, error: Exception, now: datetime) -> None:
    """What was taken back while we tried stays taken back."""
    tries = mail.tries + 1
    given_up = tries > len(BACK_OFF) or isinstance(error, SealBroken) or smtp.is_final(error)
    Mail.update(
        tries=tries,
        status=MailStatus.FAILED if given_up else MailStatus.WAITING,
        due_at=now if given_up else now + BACK_OFF[tries - 1],
        claimed_until=None,
        last_error=smtp.short_cause(error),
    ).where(Mail.id == mail.id, Mail.status == MailStatus.WAITING).execute()
    logger.warning("mail_not_delivered", mail=mail.id, tries=tries, given_up=given_up, cause=smtp.short_cause(error))


def _message(mail: Mail, now: datetime) -> EmailMessage:
    content = json.loads(mail.content)
    return smtp.message(
        to=mail.recipient,
        subject=content["subject"],
        text=content["text"],
        html=content["html"],
        calendar=CalendarPart(*content["calendar"]) if content["calendar"] else None,
        language=mail.language,
        name=mail.public_id,
        now=now,
    )


def failed_mails(limit: int | None = None) -> list[Mail]:
    """What could not be delivered, newest first: a person looks at these."""
    failed = Mail.select().where(Mail.status == MailStatus.FAILED)
    return list(failed.order_by(Mail.created_at.desc(), Mail.id.desc()).limit(limit))


def try_again(mail: Mail, *, now: datetime) -> None:
    """Put a failed mail back in the queue."""
    with transaction():
        Mail.update(status=MailStatus.WAITING, tries=0, due_at=now).where(
            Mail.id == mail.id, Mail.status == MailStatus.FAILED
        ).execute()
        jobs.wake(deliver_soon)


def forget_unaddressed(now: datetime) -> None:
    """Delete what was written for nobody, an hour later: we keep no address of somebody we do not know."""
    Mail.delete().where(Mail.status == MailStatus.UNADDRESSED, Mail.created_at <= now - UNADDRESSED_KEPT).execute()


# -- erasing


def erase_to(address: str) -> None:
    """Delete every mail to this address, whatever became of it."""
    hashed = _hash_of(address)
    before = Mail.select(Mail.id, Mail.public_id, Mail.recipient_sealed).where(Mail.recipient_hash.is_null())
    unhashed = [mail.id for mail in before if _hash_of(mail.recipient) == hashed]
    Mail.delete().where((Mail.recipient_hash == hashed) | Mail.id.in_(unhashed)).execute()


def erase_about(subjects: Iterable[str]) -> None:
    """Delete every mail, to anybody, whose dedupe key holds one of these unguessable ids."""
    for subject in subjects:
        Mail.delete().where(Mail.dedupe_key.contains(subject)).execute()


def detach(subjects: Iterable[str]) -> None:
    """Mails whose dedupe key holds one of these ids go on without it, as when what they are about is erased."""
    for subject in subjects:
        for mail in Mail.select(Mail.id).where(Mail.dedupe_key.contains(subject)):
            Mail.update(dedupe_key=f"detached:{new_public_id()}").where(Mail.id == mail.id).execute()


def _hash_of(address: str) -> str:
    return keyed_digest(address.strip().casefold(), purpose="recipient", key=config.current().secret_key)


@jobs.job
def deliver_soon() -> None:
    """Woken by a mail that was just posted."""
    while deliver_next(clock.now()):
        pass


@jobs.every(minutes="*")
def sweep() -> None:
    """Once a minute: what is due now, what failed before, what a lost trigger left lying."""
    deliver_soon.call_local()
    forget_unaddressed(clock.now())
