"""Inviting people, signing in by link or code, and ending sessions."""

import secrets
from datetime import datetime

from portal import audit
from portal.access import PORTAL, Actor, Role
from portal.accounts import mails, queries, rules
from portal.accounts.models import Account, BrowserSession, Grant, Invitation, InvitedRegion, SignInRequest
from portal.config import current as settings
from portal.crypto import digest, keyed_digest, new_public_id, new_token
from portal.db import transaction
from portal.errors import NotFound
from portal.throttle import check_limit, within_limit

# An address gets no more mail than this. Behind one client there may be a whole hospital: nobody waits long.
LINKS_PER_ADDRESS = "5/hour"
LINKS_PER_CLIENT = "5/15 minutes"
CODES_PER_CLIENT = "7/15 minutes"
LINKS_IN_ALL = "2000/hour"


def open_account(
    *, address: str, first_name: str, last_name: str = "", phone: str = "", language: str = "nl", now: datetime
) -> Account:
    """A new person, without any role yet."""
    return Account.create(
        public_id=new_public_id(),
        email=address,
        email_key=rules.address_key(address),
        first_name=first_name,
        last_name=last_name,
        phone=phone,
        language=language,
        created_at=now,
    )


def open_or_find_account(
    *, address: str, first_name: str, last_name: str = "", phone: str = "", language: str = "nl", now: datetime
) -> Account:
    """The person who has proven this address, made when new; of somebody known nothing is changed.

    Two who come at the same moment get the same account. Raises LinkExpired for somebody who is blocked.
    """
    key = rules.address_key(address)
    Account.insert(
        public_id=new_public_id(),
        email=address,
        email_key=key,
        first_name=first_name,
        last_name=last_name,
        phone=phone,
        language=language,
        created_at=now,
    ).on_conflict_ignore().execute()
    account = Account.get(Account.email_key == key)
    if account.blocked_at:
        raise rules.LinkExpired
    return account


def grant(account: Account, role: Role, region: str | None = None) -> None:
    """Give a role; giving it twice changes nothing."""
    held = Grant.select().where(Grant.account == account, Grant.role == role)
    held = held.where(Grant.region.is_null()) if region is None else held.where(Grant.region == region)
    if not held.exists():
        Grant.create(account=account, role=role, region=region)


def take_away(account: Account, role: Role) -> None:
    """End a role in every region, at once: browsers that are signed in with it are signed out."""
    Grant.delete().where(Grant.account == account, Grant.role == role).execute()
    BrowserSession.delete().where(BrowserSession.account == account).execute()


# -- invitations


def invite(actor: Actor, *, address: str, role: Role, regions: list[str], language: str = "nl", now: datetime) -> None:
    """Mail an invitation that lives seven days; a newer one ends the older."""
    email = rules.check_address(address)
    rules.check_regions(role, regions)
    token = new_token()
    with transaction():
        Invitation.update(expires_at=now).where(
            Invitation.email_key == rules.address_key(email), Invitation.role == role, Invitation.accepted_at.is_null()
        ).execute()
        invitation = Invitation.create(
            public_id=new_public_id(),
            email=email,
            email_key=rules.address_key(email),
            role=role,
            language=language,
            token_hash=digest(token, purpose="invitation"),
            invited_by=actor.account_id,
            created_at=now,
            expires_at=now + rules.INVITATION_LIFETIME,
        )
        for region in sorted(set(regions)):
            InvitedRegion.create(invitation=invitation, region=region)
        audit.record(actor, "account.invited", invitation, detail=role)
        mails.post_invitation(invitation, token=token, now=now)


def accept_invitation(token: str, *, first_name: str, last_name: str, now: datetime) -> Account:
    """Take the role; the account is made when this address has none yet."""
    rules.check_no_service_number(first_name, "first_name")
    rules.check_no_service_number(last_name, "last_name")
    with transaction():
        invitation = queries.open_invitation(token, now)
        taken = Invitation.update(accepted_at=now).where(
            Invitation.id == invitation.id, Invitation.accepted_at.is_null()
        )
        if taken.execute() == 0:
            raise rules.LinkExpired
        account = open_or_find_account(
            address=invitation.email,
            first_name=first_name,
            last_name=last_name,
            language=invitation.language,
            now=now,
        )
        for region in [row.region_id for row in invitation.regions] or [None]:
            grant(account, invitation.role, region)
        BrowserSession.delete().where(BrowserSession.account == account).execute()
        audit.record(Actor(account_id=account.id), "account.invitation_accepted", account, detail=invitation.role)
    return account


# -- the link and the code


def request_sign_in(*, address: str, browser: str, client: str, language: str, now: datetime) -> None:
    """Mail a link and a code; for an unknown address all the same work is done, and nothing is sent.

    `browser` is the random value in the asking browser's cookie: only that browser can use what is mailed.
    """
    email = rules.check_address(address)
    check_limit(LINKS_PER_CLIENT, "link-client", client)
    not_too_often = within_limit(LINKS_PER_ADDRESS, "link-address", rules.limit_key(email))
    not_too_many = within_limit(LINKS_IN_ALL, "link-all", "")
    with transaction():
        account = queries.account_by_address(email)
        token, code = new_token(), f"{secrets.randbelow(10**6):06}"
        request = _write_request(
            account, address=email, browser_hash=digest(browser, purpose="browser"), token=token, code=code, now=now
        )
        mails.post_sign_in(
            request,
            address=account.email if account else email,
            language=account.language if account else language,
            token=token,
            code=code,
            now=now,
            addressed=account is not None and not_too_often and not_too_many,
        )


def make_helpdesk_link(address: str, *, now: datetime) -> str | None:
    """The path of a one-time link for this account, to be handed over by a person; None when there is no account."""
    with transaction():
        account = queries.account_by_address(address)
        if account is None:
            return None
        token = new_token()
        _write_request(
            account, address=account.email, browser_hash=None, token=token, code=secrets.token_hex(8), now=now
        )
        audit.record(PORTAL, "account.link_printed", account)
    return f"/inloggen/link/{token}"


def _write_request(
    account: Account | None, *, address: str, browser_hash: str | None, token: str, code: str, now: datetime
) -> SignInRequest:
    """A newer link ends the older ones for the same address, known or not: the answers to a code tell nothing."""
    public_id = new_public_id()
    address_hash = queries.address_hash(address)
    SignInRequest.update(ended_at=now).where(
        SignInRequest.address_hash == address_hash, SignInRequest.ended_at.is_null()
    ).execute()
    return SignInRequest.create(
        public_id=public_id,
        account=account,
        address_hash=address_hash,
        browser_hash=browser_hash,
        token_hash=digest(token, purpose="sign-in"),
        code_hash=_code_hash(code, public_id),
        created_at=now,
        expires_at=now + rules.LINK_LIFETIME,
    )


def _code_hash(code: str, public_id: str) -> str:
    return keyed_digest(f"{public_id}:{code}", purpose="sign-in-code", key=settings().secret_key)


def sign_in_by_link(token: str, *, browser: str, now: datetime) -> Account:
    """Use the mailed link once, in the browser that asked for it."""
    with transaction():
        request = SignInRequest.get_or_none(SignInRequest.token_hash == digest(token, purpose="sign-in"))
        if request is None or not request.is_open(now):
            raise rules.LinkExpired
        if request.browser_hash not in (None, digest(browser, purpose="browser")):
            raise rules.OtherBrowser
        return _use(request, now)


def sign_in_by_code(code: str, *, browser: str, client: str, now: datetime) -> Account:
    """Use the six digits in the browser that asked for them; five wrong tries end link and code."""
    check_limit(CODES_PER_CLIENT, "code-client", client)
    request = queries.open_request_of_browser(digest(browser, purpose="browser"))
    if request is None or not request.is_open(now) or not _count_try(request):
        raise rules.CodeExpired
    if not secrets.compare_digest(request.code_hash, _code_hash(rules.code_digits(code), request.public_id)):
        raise rules.WrongCode
    with transaction():
        return _use(request, now)


def _count_try(request: SignInRequest) -> bool:
    """Count before comparing, so that parallel guesses cannot outrun the limit."""
    with transaction():
        counted = SignInRequest.update(tries=SignInRequest.tries + 1).where(
            SignInRequest.id == request.id, SignInRequest.tries < rules.CODE_TRIES
        )
        return bool(counted.execute())


def _use(request: SignInRequest, now: datetime) -> Account:
    """The one who gets here first has it; a parallel second try finds it used."""
    used = SignInRequest.update(ended_at=now).where(SignInRequest.id == request.id, SignInRequest.ended_at.is_null())
    if used.execute() == 0 or request.account is None or request.account.blocked_at:
        raise rules.LinkExpired
    audit.record(Actor(account_id=request.account_id), "account.signed_in", request.account)
    return request.account


# -- sessions of the browser


def begin_session(account: Account, *, browser: str, now: datetime, second_factor_at: datetime | None = None) -> str:
    """A signed-in browser; returns the token for its cookie. `browser` is a short label for the person's own list."""
    token = new_token()
    BrowserSession.create(
        public_id=new_public_id(),
        token_hash=digest(token, purpose="session"),
        account=account,
        created_at=now,
        last_seen_at=now,
        second_factor_at=second_factor_at,
        browser=browser[:200],
    )
    return token


def renew_session(session: BrowserSession, *, now: datetime) -> str:
    """The second step was given: the same session goes on under a new token."""
    token = new_token()
    BrowserSession.update(token_hash=digest(token, purpose="session"), second_factor_at=now, last_seen_at=now).where(
        BrowserSession.id == session.id
    ).execute()
    return token


def touch_session(session: BrowserSession, *, now: datetime) -> None:
    """Note that the person is still there, at most once a minute."""
    if now - session.last_seen_at > rules.SEEN_EVERY:
        BrowserSession.update(last_seen_at=now).where(BrowserSession.id == session.id).execute()


def end_session(token: str) -> None:
    BrowserSession.delete().where(BrowserSession.token_hash == digest(token, purpose="session")).execute()


def end_one_session(actor: Actor, public_id: str) -> None:
    """End one of one's own sessions, such as on a lost phone; raises NotFound when it is not there, or not theirs."""
    ended = BrowserSession.delete().where(
        BrowserSession.account == actor.account_id, BrowserSession.public_id == public_id
    )
    if ended.execute() == 0:
        raise NotFound


def end_all_sessions(actor: Actor) -> None:
    """Sign out everywhere; links that still lie in a mailbox end too."""
    with transaction():
        BrowserSession.delete().where(BrowserSession.account == actor.account_id).execute()
        SignInRequest.delete().where(SignInRequest.account == actor.account_id).execute()
        audit.record(actor, "account.signed_out_everywhere")


def forget_old_sessions(*, now: datetime) -> None:
    """Delete sessions and links that ended (login log: six months lives in the audit log, not here)."""
    with transaction():
        BrowserSession.delete().where(BrowserSession.created_at < now - rules.LONGEST_SESSION).execute()
        SignInRequest.delete().where(SignInRequest.expires_at < now - rules.INVITATION_LIFETIME).execute()
