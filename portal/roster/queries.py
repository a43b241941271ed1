"""Numbers of coaches and the lists behind them: what holds of who is counted is said once, here or in `counting`."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

import peewee
from peewee import Case, fn

from portal.access import Actor
from portal.coaches import queries as coaches
from portal.coaches.models import Coach, CoachRegion
from portal.counting.offer_rows import offered_themselves
from portal.programmes.codes import ProgrammeCode
from portal.regions import queries as regions
from portal.roster.rules import Choice, Number
from portal.trajectories import queries as trajectories
from portal.trajectories.models import Trajectory
from portal.trajectories.rules import RUNNING


@dataclass(frozen=True)
class AtThisMoment:
    """Coaches who can be chosen today: how many have room, and how many have nobody. Exact, for who works with them."""

    with_room: int
    with_nobody: int


@dataclass(frozen=True)
class Row:
    """A coach, the regions that they work for in words, and with how many people they are now."""

    coach: Coach
    regions: str
    running: int

    @property
    def room(self) -> int:
        """For how many people more; nobody when there are more already than there is room for."""
        return max(self.coach.capacity - self.running, 0)


@dataclass(frozen=True)
class Listing:
    """One page of the coaches behind a number, and which page it is; `total` is the number."""

    rows: list[Row]
    page: int
    pages: int
    total: int


def now(regions: Iterable[str], programme: ProgrammeCode | None, today: date) -> AtThisMoment:
    """The numbers of these regions, of one programme or (None) of any. One query."""
    holds = _of_now()
    columns = [fn.COUNT(Case(None, [(holds[number], 1)])) for number in (Number.WITH_ROOM, Number.WITH_NOBODY)]
    return AtThisMoment(*_to_be_chosen(regions, programme, today).select(*columns).tuples().get())


def listing(actor: Actor, choice: Choice, *, page: str) -> Listing:
    """A page of the coaches behind a number, by name, of those whom this person may see. Five queries."""
    found = coaches.by_name(coaches.visible_to(actor).where(Coach.id.in_(_counted(choice))), page)
    running = trajectories.running_counts(found.coaches)
    names = _regions_in_words(found.coaches, choice.selection.today)
    rows = [Row(coach, names.get(coach.id, ""), running.get(coach.id, 0)) for coach in found.coaches]
    return Listing(rows, page=found.page, pages=found.pages, total=found.total)


def _counted(choice: Choice) -> peewee.ModelSelect:
    """The ids of everybody who counts in the number."""
    if choice.number == Number.OFFERED:
        counted = offered_themselves(choice.selection.scope)
        return Coach.select(Coach.id).where(*counted, coaches.works_in(*choice.regions))
    available = _to_be_chosen(choice.regions, choice.programme, choice.selection.today)
    return available.where(_of_now()[choice.number])


def _to_be_chosen(regions: Iterable[str], programme: ProgrammeCode | None, today: date) -> peewee.ModelSelect:
    found = coaches.who_can_be_offered(today).where(coaches.works_in(*regions))
    return found.where(Coach.programmes.holding(programme)) if programme else found


def _of_now() -> Mapping[Number, peewee.Expression]:
    """What holds of the coaches in each number of now."""
    running = Trajectory.select(fn.COUNT(Trajectory.id)).where(
        Trajectory.coach == Coach.id, Trajectory.status.in_(sorted(RUNNING))
    )
    return {Number.WITH_ROOM: Coach.capacity > running, Number.WITH_NOBODY: running == 0}


def _regions_in_words(found: list[Coach], today: date) -> dict[int, str]:
    """The names of the regions that each of these coaches works for, by coach id. Two queries."""
    names = regions.region_names(today)
    rows = CoachRegion.select(CoachRegion.coach, CoachRegion.region).where(
        CoachRegion.coach.in_([coach.id for coach in found])
    )
    worked_for: dict[int, list[str]] = {}
    for coach, region in rows.tuples().execute():
        worked_for.setdefault(coach, []).append(names[region])
    return {coach: ", ".join(sorted(known)) for coach, known in worked_for.items()}
