"""Reading coaches. `visible_to` is the only place that says whose coaches these are at the desk."""

from collections.abc import Iterable
from dataclasses import dataclass, fields
from datetime import date, datetime

import peewee
from peewee import JOIN, fn

from portal.access import REGION, Actor, Role
from portal.accounts.models import Account, Grant, Invitation, InvitedRegion
from portal.coaches.models import Coach, CoachRegion, Qualification
from portal.coaches.rules import PER_PAGE, PRESENT, WARN_BEFORE, CoachStatus, Profile, Shown, page_number
from portal.coaches.terms import Terms
from portal.errors import NotFound
from portal.programmes.codes import ProgrammeCode

# More invitations than this at once are not read by anybody.
MOST_INVITED = 200


@dataclass(frozen=True)
class Listing:
    """One page of the coaches of a region, and which page it is."""

    coaches: list[Coach]
    page: int
    pages: int
    total: int


@dataclass(frozen=True)
class Invited:
    """Somebody who was invited and has no profile yet; `expires_at` is empty once the invitation was accepted."""

    name: str
    email: str
    since: datetime
    expires_at: datetime | None

    def has_expired(self, now: datetime) -> bool:
        return self.expires_at is not None and self.expires_at <= now


# -- the coach's own


def own_coach(actor: Actor) -> Coach | None:
    """The profile of the coach who asks; None when there is none yet."""
    return _with_account().where(Coach.account == actor.account_id).first()


def coach_of(actor: Actor) -> Coach:
    """The profile of the coach who asks; raises NotFound when there is none yet."""
    found = own_coach(actor)
    if found is None:
        raise NotFound
    return found


def profile_of(coach: Coach) -> Profile:
    """What this coach has filled in."""
    return Profile(
        intro=coach.intro,
        programmes=coach.programmes,
        themes=coach.themes,
        modes=coach.modes,
        regions=frozenset(regions_of(coach)),
        branches=coach.branches,
        languages=coach.languages,
        pc4=coach.pc4,
        place=coach.place,
        video_link=coach.video_link,
        video_by=coach.video_by,
        capacity=coach.capacity,
    )


def terms_of(coach: Coach) -> Terms:
    """On which terms people book with this coach."""
    return Terms(**{field.name: getattr(coach, field.name) for field in fields(Terms)})


def regions_of(coach: Coach) -> list[str]:
    """The codes of the regions that this coach works for, sorted."""
    rows = CoachRegion.select(CoachRegion.region).where(CoachRegion.coach == coach).order_by(CoachRegion.region)
    return [code for (code,) in rows.tuples().execute()]


def granted_regions(actor: Actor) -> frozenset[str]:
    """The regions that this person was invited for as a coach."""
    rows = Grant.select(Grant.region).where(
        Grant.account == actor.account_id, Grant.role == Role.COACH, Grant.region.is_null(False)
    )
    return frozenset(code for (code,) in rows.tuples().execute())


# -- who can be offered


def bookable(public_id: str, *, programme: ProgrammeCode, today: date) -> Coach:
    """A coach who can be offered to participants of this programme; raises NotFound otherwise."""
    found = _bookable(programme, today).where(Coach.public_id == public_id).first()
    if found is None:
        raise NotFound
    return found


def bookable_coaches(*, programme: ProgrammeCode, today: date, region: str | None) -> peewee.ModelSelect:
    """Everyone who can be offered, in one region or (None) in the whole country, for a caller to choose columns of."""
    found = _bookable(programme, today)
    if region is not None:
        found = found.where(works_in(region))
    return found.order_by(Coach.id)


def works_in(*regions: str | None) -> peewee.Expression:
    """Whether a coach works for one of these regions, as a condition."""
    return Coach.id.in_(CoachRegion.select(CoachRegion.coach).where(CoachRegion.region.in_(list(regions))))


def named(coach_ids: Iterable[int]) -> dict[int, Coach]:
    """These coaches with their names, by id. One query."""
    return {coach.id: coach for coach in _with_account().where(Coach.id.in_(list(coach_ids)))}


def who_can_be_offered(today: date) -> peewee.ModelSelect:
    """The ids of everyone who can be offered for some programme, for a caller to narrow."""
    return Coach.select(Coach.id).where(*_can_be_offered(today), fn.LENGTH(Coach.programmes) > 0)


def _bookable(programme: ProgrammeCode, today: date) -> peewee.ModelSelect:
    return _with_account().where(*_can_be_offered(today), Coach.programmes.holding(programme))


def _can_be_offered(today: date) -> list[peewee.Expression]:
    """`rules.is_bookable` but for the programme, in the words of the database; a test holds them together."""
    checked = Qualification.select(Qualification.id).where(
        Qualification.coach == Coach.id, Qualification.valid_until >= today
    )
    return [
        Coach.status == CoachStatus.AVAILABLE,
        Coach.agreed_at.is_null(False),
        Coach.available_from.is_null() | (Coach.available_from <= today),
        Coach.withdrawn_on.is_null(),
        Coach.blocked_on.is_null(),
        fn.EXISTS(checked),
    ]


def _with_account() -> peewee.ModelSelect:
    return Coach.select(Coach, Account).join_from(Coach, Account)


# -- the desk


def visible_to(actor: Actor) -> peewee.ModelSelect:
    """For staff of a region the coaches who work for it or were invited for it; for others none."""
    if not actor.has_role(*REGION):
        return _with_account().where(peewee.SQL("1 = 0"))
    works_here = CoachRegion.select(CoachRegion.coach).where(CoachRegion.region.in_(actor.regions))
    invited_here = (
        Invitation.select(Invitation.email_key)
        .join(InvitedRegion)
        .where(
            InvitedRegion.region.in_(actor.regions),
            Invitation.role == Role.COACH,
            Invitation.accepted_at.is_null(False),
        )
    )
    return _with_account().where(Coach.id.in_(works_here) | Account.email_key.in_(invited_here))


def by_public_id(actor: Actor, public_id: str) -> Coach:
    """This coach, when the actor may see them; raises NotFound otherwise."""
    found = visible_to(actor).where(Coach.public_id == public_id).first()
    if found is None:
        raise NotFound
    return found


def of_region(actor: Actor, *, shown: Shown, name: str, today: date, page: str) -> Listing:
    """A page of coaches by name, of those who fit the filter. Two queries."""
    found = visible_to(actor).where(_fits(shown, today))
    for word in name.split():
        found = found.where(Account.first_name.contains(word) | Account.last_name.contains(word))
    return by_name(found, page)


def by_name(found: peewee.ModelSelect, page: str) -> Listing:
    """A page of these coaches, who come with their accounts. Two queries."""
    total = found.count()
    pages = -(-total // PER_PAGE)
    number = page_number(page, pages=pages)
    ordered = found.order_by(fn.LOWER(Account.first_name), fn.LOWER(Account.last_name), Coach.id)
    return Listing(list(ordered.paginate(number, PER_PAGE)), page=number, pages=pages, total=total)


def _fits(shown: Shown, today: date) -> peewee.Expression:
    if shown == Shown.PRESENT:
        return Coach.status.in_(PRESENT)
    if shown == Shown.ENDING:
        return Coach.status.in_(PRESENT) & Coach.id.in_(_ending(today))
    return Coach.status == CoachStatus(shown.value)


def _ending(today: date) -> peewee.ModelSelect:
    """Coaches whose longest certificate ends within 60 days or has ended."""
    return (
        Qualification.select(Qualification.coach)
        .group_by(Qualification.coach)
        .having(fn.MAX(Qualification.valid_until) <= today + WARN_BEFORE)
    )


def checked_until(coaches: Iterable[Coach]) -> dict[int, date]:
    """The last day of the longest certificate that was checked, by coach id. One query."""
    rows = (
        Qualification.select(Qualification.coach, fn.MAX(Qualification.valid_until))
        .where(Qualification.coach.in_([coach.id for coach in coaches]))
        .group_by(Qualification.coach)
    )
    return dict(rows.tuples().execute())


def qualifications_of(coach: Coach) -> list[Qualification]:
    """What was checked, with who did it, the longest valid first."""
    return list(
        Qualification.select(Qualification, Account)
        .join(Account, JOIN.LEFT_OUTER, attr="checked_by")
        .where(Qualification.coach == coach)
        .order_by(Qualification.valid_until.desc(), Qualification.id.desc())
    )


def invited(actor: Actor) -> list[Invited]:
    """Who was invited for the actor's regions and has no profile yet, newest first. Two queries."""
    mine = Invitation.id.in_(
        InvitedRegion.select(InvitedRegion.invitation).where(InvitedRegion.region.in_(actor.regions))
    )
    unanswered = (
        Invitation.select(Invitation.email, Invitation.created_at, Invitation.expires_at)
        .where(mine, Invitation.role == Role.COACH, Invitation.id.in_(_newest_unanswered()))
        .order_by(Invitation.id.desc())
        .limit(MOST_INVITED)
    )
    return [Invited("", *row) for row in unanswered.tuples().execute()] + _accounts_without_profile(actor)


def _newest_unanswered() -> peewee.ModelSelect:
    """Of every address the last invitation, unless it was accepted."""
    return (
        Invitation.select(fn.MAX(Invitation.id))
        .where(Invitation.role == Role.COACH)
        .group_by(Invitation.email_key)
        .having(fn.COUNT(Invitation.accepted_at) == 0)
    )


def _accounts_without_profile(actor: Actor) -> list[Invited]:
    rows = (
        Account.select(Account.first_name, Account.last_name, Account.email, Account.created_at)
        .join(Grant)
        .join_from(Account, Coach, JOIN.LEFT_OUTER)
        .where(Grant.role == Role.COACH, Grant.region.in_(actor.regions), Coach.id.is_null())
        .group_by(Account.id)
        .order_by(Account.id.desc())
        .limit(MOST_INVITED)
    )
    return [Invited(f"{first} {last}".strip(), email, at, None) for first, last, email, at in rows.tuples().execute()]


def has_profile(email_key: str) -> bool:
    """Whether somebody with this address is a coach already, anywhere and in whatever state."""
    return Coach.select().join(Account).where(Account.email_key == email_key).exists()


# -- for the worker


def ending_certificates(today: date) -> list[Qualification]:
    """The longest certificate of every coach who is still with us, when it ends within 60 days, with coach and name."""
    longest = (
        Qualification.select(Qualification.coach, fn.MAX(Qualification.valid_until).alias("until"))
        .group_by(Qualification.coach)
        .alias("longest")
    )
    return list(
        Qualification.select(Qualification, Coach, Account)
        .join_from(Qualification, Coach)
        .join_from(Coach, Account)
        .join_from(
            Qualification,
            longest,
            on=(longest.c.coach_id == Qualification.coach) & (longest.c.until == Qualification.valid_until),
        )
        .where(
            Coach.status.in_(PRESENT),
            Qualification.valid_until >= today,
            Qualification.valid_until <= today + WARN_BEFORE,
        )
        .order_by(Qualification.id)
    )
