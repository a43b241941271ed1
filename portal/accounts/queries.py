"""Reading accounts, roles, invitations and browser sessions."""

from dataclasses import dataclass
from datetime import datetime

from peewee import JOIN

from portal import config
from portal.access import REGION, Actor, Role
from portal.accounts import rules
from portal.accounts.models import Account, BrowserSession, Grant, Invitation, SignInRequest
from portal.crypto import digest, keyed_digest
from portal.errors import NotFound


@dataclass(frozen=True)
class SignedIn:
    """A live browser session with its person and roles."""

    session: BrowserSession
    account: Account
    roles: frozenset[Role]
    regions: frozenset[str]

    @property
    def halfway(self) -> bool:
        return rules.needs_second_factor(self.roles) and self.session.second_factor_at is None

    @property
    def actor(self) -> Actor:
        return Actor(
            account_id=self.account.id,
            roles=frozenset({Role.HALFWAY}) if self.halfway else self.roles,
            regions=frozenset() if self.halfway else self.regions,
            name=self.account.name,
            language=self.account.language,
        )


def signed_in(token: str, now: datetime) -> SignedIn | None:
    """The session that this cookie token stands for, unless it ended or its person is blocked. One query."""
    rows = list(
        BrowserSession.select(BrowserSession, Account, Grant)
        .join_from(BrowserSession, Account)
        .join_from(Account, Grant, JOIN.LEFT_OUTER, attr="grant")
        .where(BrowserSession.token_hash == digest(token, purpose="session"), Account.blocked_at.is_null())
    )
    if not rows:
        return None
    grants = [row.account.grant for row in rows if getattr(row.account, "grant", None) and row.account.grant.role]
    roles = frozenset(grant.role for grant in grants)
    session = rows[0]
    if has_ended(session, roles, now):
        return None
    regions = frozenset(grant.region_id for grant in grants if grant.region_id and grant.role in REGION)
    return SignedIn(session=session, account=session.account, roles=roles, regions=regions)


def account_by_address(address: str) -> Account | None:
    """The person with this address, unless blocked."""
    return Account.get_or_none(Account.email_key == rules.address_key(address), Account.blocked_at.is_null())


def address_hash(address: str) -> str:
    """What is kept of the address of somebody who asks to be let in, known or not."""
    return keyed_digest(rules.address_key(address), purpose="sign-in-address", key=config.current().secret_key)


def account(account_id: int) -> Account:
    found = Account.get_or_none(Account.id == account_id)
    if found is None:
        raise NotFound
    return found


def open_invitation(token: str, now: datetime) -> Invitation:
    """The invitation behind a mailed link; raises InvitationExpired when used, expired or unknown."""
    invitation = Invitation.get_or_none(
        Invitation.token_hash == digest(token, purpose="invitation"),
        Invitation.accepted_at.is_null(),
        Invitation.expires_at > now,
    )
    if invitation is None:
        raise rules.InvitationExpired
    return invitation


def open_request_of_browser(browser_hash: str) -> SignInRequest | None:
    """The newest link that this browser asked for."""
    return (
        SignInRequest.select()
        .where(SignInRequest.browser_hash == browser_hash, SignInRequest.ended_at.is_null())
        .order_by(SignInRequest.id.desc())
        .first()
    )


def sessions_of(actor: Actor, now: datetime) -> list[BrowserSession]:
    """The browsers where this person is signed in, newest first."""
    rows = (
        BrowserSession.select()
        .where(BrowserSession.account == actor.account_id)
        .order_by(BrowserSession.last_seen_at.desc(), BrowserSession.id.desc())
    )
    return [row for row in rows if not has_ended(row, actor.roles, now)]


def has_ended(session: BrowserSession, roles: frozenset[Role], now: datetime) -> bool:
    return rules.has_ended(created_at=session.created_at, last_seen_at=session.last_seen_at, roles=roles, now=now)
