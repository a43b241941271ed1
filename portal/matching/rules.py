"""How well a coach fits what somebody filled in, with the reasons in words. A ranked proposal: a person decides."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import time
from hashlib import sha256

from portal.coaches.rules import has_room
from portal.errors import DomainError
from portal.i18n import N_
from portal.programmes.codes import Branch, Mode, Theme

# How much each criterion weighs (our choice): topics first, then the branch, then what is practical.
THEME_POINTS = 10
BRANCH_POINTS = 8
REGION_POINTS = 6
EVENING_POINTS = 5
NEAR_POINTS = 3
ROOM_POINTS = 2
NEAR_KILOMETRES = 15
# Hours that go on until here or later leave room after a late shift.
EVENING = time(18, 30)


class NobodyFree(DomainError):
    status = 409
    message = N_("There is no coach free in your region right now. Look at coaches in the whole country.")


class HasCoach(DomainError):
    status = 409
    message = N_("You have a coach already. Choose a time with another coach to change.")


@dataclass(frozen=True)
class Wish:
    """What somebody filled in, as far as it matters for choosing a coach."""

    region: str | None
    themes: frozenset[Theme] = frozenset()
    branch: Branch | None = None
    shifts: bool = False
    seed: str = ""


@dataclass(frozen=True)
class Offer:
    """What a coach has to offer: `modes` in this programme; `kilometres` is None when either place is unknown."""

    coach_id: int
    themes: frozenset[Theme] = frozenset()
    branches: frozenset[Branch] = frozenset()
    regions: frozenset[str] = frozenset()
    modes: frozenset[Mode] = frozenset()
    languages: str = ""
    evenings: bool = False
    kilometres: float | None = None
    running: int = 0
    capacity: int = 1


@dataclass(frozen=True)
class Reason:
    """A sentence to translate and what fills it; `term` is itself a marked word."""

    message: str
    term: str = ""
    number: int | None = None
    text: str = ""


@dataclass(frozen=True)
class Fit:
    """A coach with points and reasons, the strongest reason first."""

    coach_id: int
    points: int
    reasons: tuple[Reason, ...] = field(default=())


def fit(wish: Wish, offer: Offer) -> Fit:
    """Weigh every criterion; each that holds gives points and, where it says something, a reason."""
    weighed = [*_themes(wish, offer), *_branch(wish, offer), *_practical(wish, offer)]
    weighed.sort(key=lambda pair: -pair[0])
    return Fit(
        coach_id=offer.coach_id,
        points=sum(points for points, _ in weighed) + _room(offer),
        reasons=tuple(reason for _, reason in weighed),
    )


def _themes(wish: Wish, offer: Offer) -> Iterable[tuple[int, Reason]]:
    for theme in Theme:
        if theme in wish.themes and theme in offer.themes:
            yield THEME_POINTS, Reason(N_("works with: %(term)s"), term=theme.label)


def _branch(wish: Wish, offer: Offer) -> Iterable[tuple[int, Reason]]:
    if wish.branch and wish.branch in offer.branches:
        yield BRANCH_POINTS, Reason(N_("knows: %(term)s"), term=wish.branch.label)


def _practical(wish: Wish, offer: Offer) -> Iterable[tuple[int, Reason]]:
    if wish.region in offer.regions:
        yield REGION_POINTS, Reason(N_("works in your region"))
    if offer.evenings:
        yield (EVENING_POINTS if wish.shifts else 1), Reason(N_("has room in the evening"))
    if offer.kilometres is not None and Mode.LOCATION in offer.modes and offer.kilometres <= NEAR_KILOMETRES:
        yield NEAR_POINTS, Reason(N_("at %(number)s km from you"), number=max(1, round(offer.kilometres)))
    if offer.languages:
        yield 0, Reason(N_("also speaks %(text)s"), text=offer.languages)


def _room(offer: Offer) -> int:
    """Share the load: somebody with nobody yet goes before somebody who is nearly full."""
    return round(ROOM_POINTS * (1 - offer.running / offer.capacity)) if offer.capacity else 0


def ranked(wish: Wish, offers: Iterable[Offer]) -> list[Fit]:
    """The best first, without who has no room or cannot talk with anybody in this programme.

    Equal ones stand in an order that differs per person, so that nobody is always first.
    """
    able = [o for o in offers if o.modes and has_room(running=o.running, capacity=o.capacity)]
    fits = [fit(wish, offer) for offer in able]
    return sorted(fits, key=lambda f: (-f.points, sha256(f"{wish.seed}:{f.coach_id}".encode()).digest()))
