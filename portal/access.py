"""The whole access policy: which role may do what. Deny by default; a view without a declaration stops the start."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, TypeVar

import flask_login
from flask import Flask, request
from flask.typing import ResponseReturnValue

from portal.errors import Forbidden

View = TypeVar("View", bound=Callable[..., Any])


class Role(StrEnum):
    PARTICIPANT = "participant"
    COACH = "coach"
    REGION_STAFF = "region_staff"
    REGION_ADMIN = "region_admin"
    NATIONAL = "national"
    PRIVACY_OFFICER = "privacy_officer"
    OPERATOR = "operator"
    # Signed in by mail, but the second step is still to be given or set up.
    HALFWAY = "halfway"


EVERYONE_SIGNED_IN = frozenset(set(Role) - {Role.HALFWAY})
WITH_SECOND_FACTOR = EVERYONE_SIGNED_IN - {Role.PARTICIPANT}
REGION = frozenset({Role.REGION_STAFF, Role.REGION_ADMIN})

PERMISSIONS: dict[str, frozenset[Role]] = {
    # Anyone who is signed in
    "account.leave": EVERYONE_SIGNED_IN | {Role.HALFWAY},
    "account.see": EVERYONE_SIGNED_IN,
    "second_factor.give": frozenset({Role.HALFWAY}),
    "second_factor.keep": WITH_SECOND_FACTOR,
    # The coach's work
    "profile.keep": frozenset({Role.COACH}),
    "hours.keep": frozenset({Role.COACH}),
    "booking_rules.keep": frozenset({Role.COACH}),
    "calendars.keep": frozenset({Role.COACH}),
    "times.explain": frozenset({Role.COACH}),
    "grades.see_own": frozenset({Role.COACH}),
    "referral.record": frozenset({Role.COACH}),
    "handover.keep": frozenset({Role.COACH}),
    "destination.see": frozenset({Role.COACH}),
    # The region's desk
    "desk.see": REGION,
    "enrolment.handle": REGION,
    # The region's coaches
    "coach.see": REGION,
    "coach.manage": frozenset({Role.REGION_ADMIN}),
    # Where people can go, and who is on duty
    "destination.keep": frozenset({Role.REGION_ADMIN, Role.NATIONAL}),
    "backup.keep": frozenset({Role.REGION_ADMIN}),
    # Files to take away
    "file.ask": frozenset({Role.REGION_ADMIN, Role.NATIONAL}),
    # Figures
    "figures.national": frozenset({Role.NATIONAL}),
    "remark.moderate": frozenset({Role.REGION_ADMIN}),
    "quotes.see": frozenset({Role.NATIONAL}),
    "imports.load": frozenset({Role.NATIONAL}),
    "questionnaire.see": frozenset({Role.NATIONAL}),
    "questionnaire.keep": frozenset({Role.NATIONAL}),
    "figures.region": REGION,
    "quarter_mail.switch": frozenset({Role.REGION_ADMIN}),
    "figures.explained": REGION | {Role.NATIONAL},
    # Reports: who made one cannot approve it, see yearly.rules
    "report.see": frozenset({Role.NATIONAL}),
    "report.make": frozenset({Role.NATIONAL}),
    "report.approve": frozenset({Role.NATIONAL}),
    # The participant's own way
    "mine.see": frozenset({Role.PARTICIPANT}),
    "coach.choose": frozenset({Role.PARTICIPANT}),
    "handover.answer": frozenset({Role.PARTICIPANT}),
    "session.book": frozenset({Role.PARTICIPANT}),
    "session.see_own": frozenset({Role.PARTICIPANT}),
    "feed.keep_own": frozenset({Role.PARTICIPANT}),
    # The coach's day
    "workday.see": frozenset({Role.COACH}),
    "session.mark": frozenset({Role.COACH}),
    "session.plan": frozenset({Role.COACH}),
    "trajectory.note_contact": frozenset({Role.COACH}),
    "trajectory.close": frozenset({Role.COACH}),
    # The participant's own data
    "my_data.see": frozenset({Role.PARTICIPANT}),
    "my_data.change": frozenset({Role.PARTICIPANT}),
    "my_data.erase": frozenset({Role.PARTICIPANT}),
    # The operator's pages
    "mail.retry": frozenset({Role.OPERATOR}),
    "clock.see": frozenset({Role.OPERATOR}),
}

EXEMPT = frozenset({"static"})
PUBLIC = "public"


@dataclass(frozen=True)
class Actor:
    """Who is asking: nobody, a person with roles, or the portal itself."""

    account_id: int | None = None
    roles: frozenset[Role] = frozenset()
    regions: frozenset[str] = frozenset()
    name: str = ""
    language: str = "nl"

    @property
    def first_name(self) -> str:
        return self.name.split(" ")[0]

    @property
    def signed_in(self) -> bool:
        return self.account_id is not None

    def may(self, permission: str) -> bool:
        return not self.roles.isdisjoint(PERMISSIONS[permission])

    def has_role(self, *roles: Role) -> bool:
        return not self.roles.isdisjoint(roles)


NOBODY = Actor()
# The worker and the command line act as the portal itself.
PORTAL = Actor(name="portal")


class Anonymous(flask_login.AnonymousUserMixin):
    """Somebody who is not signed in."""

    actor = NOBODY


def current_actor() -> Actor:
    """Who sends this request."""
    return flask_login.current_user.actor


def public(view: View) -> View:
    """Anybody may see this page."""
    view.access = PUBLIC  # type: ignore[attr-defined]
    return view


def requires(permission: str) -> Callable[[View], View]:
    """Only roles with this permission may see this page."""
    if permission not in PERMISSIONS:
        raise KeyError(f"{permission} is not in access.PERMISSIONS.")

    def declare(view: View) -> View:
        view.access = permission  # type: ignore[attr-defined]
        return view

    return declare


def declared_access(app: Flask, endpoint: str) -> str | None:
    """'public', the permission, or None when the view says nothing."""
    if endpoint in EXEMPT:
        return PUBLIC
    return getattr(app.view_functions[endpoint], "access", None)


def install(app: Flask, *, to_sign_in: Callable[[], ResponseReturnValue]) -> None:
    """Refuse to start with an undeclared view; guard every request.

    `to_sign_in` answers a person who is not signed in far enough for the page.
    """
    undeclared = sorted(e for e in app.view_functions if declared_access(app, e) is None)
    if undeclared:
        raise RuntimeError(f"Views without an access declaration: {', '.join(undeclared)}")

    @app.before_request
    def guard() -> ResponseReturnValue | None:
        if request.endpoint is None:
            return None
        access = declared_access(app, request.endpoint)
        actor = NOBODY if access == PUBLIC else current_actor()
        if access == PUBLIC or (access is not None and actor.may(access)):
            return None
        if not actor.signed_in or Role.HALFWAY in actor.roles:
            return to_sign_in()
        raise Forbidden

    app.jinja_env.globals["current_actor"] = current_actor


def policy(app: Flask) -> Iterable[dict[str, object]]:
    """Every endpoint with its path, methods and permission, for the command line and the tests."""
    for rule in sorted(app.url_map.iter_rules(), key=lambda rule: (rule.rule, rule.endpoint)):
        yield {
            "endpoint": rule.endpoint,
            "path": rule.rule,
            "methods": sorted(set(rule.methods or ()) - {"HEAD", "OPTIONS"}),
            "permission": declared_access(app, rule.endpoint),
        }
