"""Setting up the second step, giving it, and making new recovery codes."""

from datetime import datetime

from portal import audit
from portal.access import Actor
from portal.crypto import digest, new_public_id
from portal.db import lock, transaction
from portal.second_factor import queries, rules
from portal.second_factor.models import Authenticator, RecoveryCode


def prepare(actor: Actor) -> Authenticator:
    """The secret to show until it is confirmed; asking again shows the same one."""
    with transaction():
        lock(queries.account_of(actor))  # Pressed twice, one is made.
        known = queries.authenticator_of(actor)
        if known is not None:
            if known.confirmed_at:
                raise rules.AlreadySetUp
            return known
        made = Authenticator(public_id=new_public_id(), account=actor.account_id)
        made.secret = rules.new_secret()
        made.save(force_insert=True)
        return made


def set_up(actor: Actor, code: str, *, now: datetime) -> list[str]:
    """The first right code confirms the app; returns the recovery codes, which are shown once."""
    with transaction():
        authenticator = _held(actor)
        if authenticator.confirmed_at:
            raise rules.AlreadySetUp
        step = rules.matching_step(authenticator.secret, rules.plain(code), now=now, after=authenticator.last_step)
        if step is None:
            raise rules.WrongCode
        Authenticator.update(confirmed_at=now, last_step=step).where(Authenticator.id == authenticator.id).execute()
        audit.record(actor, "second_factor.set_up")
        return _write_recovery_codes(actor)


def give(actor: Actor, code: str, *, now: datetime) -> None:
    """Check a code from the app, or a recovery code; five wrong ones make this person wait five minutes."""
    with transaction():
        authenticator = _held(actor)
        rules.check_may_try(authenticator.locked_until, now)
        right = _take_app_code(authenticator, code, now) or _take_recovery_code(actor, code, now)
        _note_try(authenticator, now=now, tries=0 if right else authenticator.wrong_tries + 1)
        audit.record(actor, "second_factor.given" if right else "second_factor.wrong")
    if not right:
        raise rules.WrongCode


def _held(actor: Actor) -> Authenticator:
    """The authenticator, held so that parallel tries come one after another."""
    known = queries.authenticator_of(actor)
    if known is None:
        raise rules.WrongCode
    lock(known)
    return Authenticator.get_by_id(known.id)


def _take_app_code(authenticator: Authenticator, code: str, now: datetime) -> bool:
    if authenticator.confirmed_at is None:
        return False
    step = rules.matching_step(authenticator.secret, rules.plain(code), now=now, after=authenticator.last_step)
    if step is not None:
        Authenticator.update(last_step=step).where(Authenticator.id == authenticator.id).execute()
    return step is not None


def _take_recovery_code(actor: Actor, code: str, now: datetime) -> bool:
    used = RecoveryCode.update(used_at=now).where(
        RecoveryCode.account == actor.account_id,
        RecoveryCode.code_hash == _hash(actor, rules.plain(code)),
        RecoveryCode.used_at.is_null(),
    )
    return bool(used.execute())


def _note_try(authenticator: Authenticator, *, now: datetime, tries: int) -> None:
    locked = tries >= rules.WRONG_TRIES
    Authenticator.update(wrong_tries=0 if locked else tries, locked_until=now + rules.WAIT if locked else None).where(
        Authenticator.id == authenticator.id
    ).execute()


def renew_recovery_codes(actor: Actor, code: str, *, now: datetime) -> list[str]:
    """Ten new codes after a fresh code from the app; the old ones stop working."""
    give(actor, code, now=now)
    with transaction():
        audit.record(actor, "second_factor.codes_renewed")
        return _write_recovery_codes(actor)


def _write_recovery_codes(actor: Actor) -> list[str]:
    codes = rules.new_recovery_codes()
    RecoveryCode.delete().where(RecoveryCode.account == actor.account_id).execute()
    for code in codes:
        RecoveryCode.create(account=actor.account_id, code_hash=_hash(actor, rules.plain(code)))
    return codes


def _hash(actor: Actor, code: str) -> str:
    return digest(f"{actor.account_id}:{code}", purpose="recovery-code")
