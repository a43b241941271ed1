"""Whether and how a person's second step is set up."""

from portal.access import Actor
from portal.accounts.models import Account
from portal.second_factor.models import Authenticator, RecoveryCode


def authenticator_of(actor: Actor) -> Authenticator | None:
    return Authenticator.get_or_none(Authenticator.account == actor.account_id)


def account_of(actor: Actor) -> Account:
    return Account.get_by_id(actor.account_id)


def codes_left(actor: Actor) -> int:
    return RecoveryCode.select().where(RecoveryCode.account == actor.account_id, RecoveryCode.used_at.is_null()).count()
