"""The draft of this browser: its cookie holds a random id, the session the mark of the running visit."""

from flask import Response, session

from portal import clock, web
from portal.crypto import digest
from portal.enrolments import actions, queries, rules
from portal.enrolments.rules import SignUp

COOKIE = "aanmelding"
SECONDS = int(rules.DRAFT_LIFETIME.total_seconds())


def token() -> str | None:
    return web.read_cookie(COOKIE)


def sign_up() -> SignUp:
    """What was filled in so far."""
    return queries.sign_up_in(queries.draft_of(token(), clock.now()))


def is_there() -> bool:
    return queries.draft_of(token(), clock.now()) is not None


def filled_by_a_robot() -> bool:
    """From the first step to the last in less time than a person needs."""
    kept = queries.draft_of(token(), clock.now())
    return kept is not None and rules.filled_by_a_robot(kept.created_at, clock.now())


def reopened() -> bool:
    """The browser was closed since: it still has the draft's cookie, but not the mark of the running visit."""
    known = session.get("draft") == _mark(token() or "")
    return not known and is_there()


def keep(filled_in: SignUp, response: Response) -> Response:
    """Store the draft and give the browser its id."""
    kept = actions.keep_draft(token(), filled_in, now=clock.now())
    session["draft"] = _mark(kept)
    web.set_cookie(response, COOKIE, kept, seconds=SECONDS)
    return response


def forget(response: Response) -> Response:
    session.pop("draft", None)
    web.drop_cookie(response, COOKIE)
    return response


def _mark(known: str) -> str:
    return digest(known, purpose="draft-mark")
