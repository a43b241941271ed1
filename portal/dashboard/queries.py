"""How it goes in one region. What the desk does by name is exact; what came of it is protected like any figure.

A page costs eleven queries: the person, the regions, four kinds of facts, three times whether they changed, who waits,
and the coaches of now.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from peewee import Case, fn

from portal.access import Actor, Role
from portal.accounts.models import Account, Grant
from portal.clock import local_day
from portal.counting import queries as counting
from portal.counting.catalogue import DEFINITIONS, PART_LABELS, definition_of
from portal.counting.definitions import MEDIAN_DAYS, MEDIAN_HOURS, NINE_IN_TEN_DAYS, NINE_IN_TEN_HOURS
from portal.counting.figures import Figure, Share, number_of
from portal.counting.rules import Activity, By, Journey, Offered
from portal.dashboard import rules
from portal.dashboard.models import QuarterMailOff
from portal.dashboard.rules import Ranked
from portal.desk import queries as desk
from portal.desk.rules import PATIENCE, overdue_before
from portal.disclosure.bounds import suspect
from portal.disclosure.cells import WHOLE
from portal.disclosure.relations import KNOWN_BY_NAME
from portal.disclosure.rules import NOT_SHOWN, NOT_YET, STEP, Protected, by_size, protect
from portal.disclosure.tables import Publication
from portal.enrolments.models import Enrolment
from portal.enrolments.rules import OPEN, WITHOUT_COACH, EnrolmentStatus
from portal.errors import NotFound
from portal.i18n import gettext
from portal.programmes.codes import ProgrammeCode, Theme
from portal.regions.queries import NamedRegion
from portal.roster import queries as roster
from portal.roster.queries import AtThisMoment
from portal.years import queries as years
from portal.years.rules import REFUSAL, Selection, refuses

EVALUATED = "F05"
STAGES = ("F01", "F02", "F03", "F04", EVALUATED)
ACTIVITIES = ("A01", "A02", "A03", "A04")
DROPPED_OUT, OFFERED, DEPLOYED, NO_SHOWS = "F06", "T09", "T12", "T16"
# How long it took to come to a stage: the middle, and nine in ten.
DURATIONS = {
    "F02": (MEDIAN_HOURS, NINE_IN_TEN_HOURS),
    "F03": (MEDIAN_DAYS, NINE_IN_TEN_DAYS),
    "F04": (MEDIAN_DAYS, NINE_IN_TEN_DAYS),
}


@dataclass(frozen=True)
class Now:
    """Who waits at this moment. Exact: these are people to be called by name. `waits` go by PATIENCE."""

    new: int
    without_coach: int
    no_talk: int
    waits: tuple[int, ...]
    longest_since: date | None

    @property
    def overdue(self) -> int:
        """Longer than the first border."""
        return sum(self.waits[1:])


@dataclass(frozen=True)
class Coaches:
    """The coaches of the region: who they are exactly, what they did in the period protected."""

    now: AtThisMoment
    offered: int
    deployed: Protected
    no_shows: Protected


@dataclass(frozen=True)
class Stage:
    """A stage of the way: how many came so far, and what share of all that is."""

    id: str
    name: str
    number: Protected
    share: Protected


@dataclass(frozen=True)
class Duration:
    """How long it took to come to a stage, in hours or days."""

    id: str
    name: str
    in_hours: bool
    median: Protected
    nine_in_ten: Protected


@dataclass(frozen=True)
class Overview:
    """Everything on the page of one region. `refusal` says why nothing is told of what came of it."""

    selection: Selection
    now: Now
    coaches: Coaches
    stages: list[Stage]
    durations: list[Duration]
    dropouts: list[tuple[str, float, str]]
    withheld_dropouts: bool
    themes: list[Ranked]
    refusal: str

    @property
    def people(self) -> float:
        """How long the bar of everybody is, to draw the others beside it."""
        return self.stages[0].number.size if self.stages else 0


def overview(actor: Actor, region: NamedRegion, selection: Selection, now: datetime) -> Overview:
    """This region, which the caller has seen to be the actor's own. A fixed number of queries."""
    told = years.evaluated_before(selection, region)
    scope = replace(selection.scope, region=region.code, evaluated_before=told)
    counted = counting.count(scope, [Journey, Offered, Activity])
    journeys = {id: figure for id, figure in counted.items() if definition_of(id).of is Journey}
    refused = refuses(number_of(journeys["F01"]))
    themes = {} if refused else counting.count_by(scope, By.THEME, of=[Journey])
    offer = {id: figure for id, figure in counted.items() if id not in journeys}
    publication = _publication({} if refused else journeys, themes, offer)
    dropouts = [] if refused else _dropouts(publication)
    return Overview(
        selection=selection,
        now=_now(actor, region, selection.programme, local_day(now)),
        coaches=_coaches(region, selection, publication, number_of(offer[OFFERED]), local_day(now)),
        stages=[] if refused else list(_stages(publication, is_evaluation_told=told > scope.answer_months[0])),
        durations=[] if refused else [_duration(id, publication) for id in DURATIONS],
        dropouts=by_size([(name, figure) for name, figure in dropouts if figure.is_told]),
        withheld_dropouts=any(not figure.is_told for _, figure in dropouts),
        themes=rules.ranked(_themes(publication, themes)),
        refusal=REFUSAL if refused else "",
    )


def _publication(
    journeys: Mapping[str, Figure], themes: Mapping[str, Mapping[str, Figure]], offer: Mapping[str, Figure]
) -> Publication:
    """All that the page tells of what came of it, with how it hangs together.

    How many talks and other activities were held is told in the yearly overview, so it hangs together with that too.
    How many coaches there are is known exactly, by name; so of fewer than five it is not told how many had a talk. How
    many dropped out in all is told nowhere.
    """
    publication = Publication()
    publication.add({**journeys, **{id: offer[id] for id in (DEPLOYED, NO_SHOWS, *ACTIVITIES)}})
    publication.hidden.add((WHOLE, DROPPED_OUT))
    publication.known |= publication.values.keys() & {(WHOLE, id) for id in KNOWN_BY_NAME}
    publication.overlap({code: {STAGES[0]: found[STAGES[0]]} for code, found in themes.items() if code})
    publication.withhold(suspect)
    if number_of(offer[OFFERED]) < STEP:
        publication.hidden.add((WHOLE, DEPLOYED))
    return publication


def chosen_of(own: Sequence[NamedRegion], code: str | None) -> NamedRegion:
    """The one that was asked for, or the first; raises NotFound for one that is not there."""
    found = next((region for region in own if code in (None, "", region.code)), None)
    if found is None:
        raise NotFound
    return found


def _stages(publication: Publication, *, is_evaluation_told: bool) -> Iterator[Stage]:
    for id in STAGES:
        stage = _stage(id, publication)
        yield stage if id != EVALUATED or is_evaluation_told else replace(stage, number=NOT_YET, share=NOT_YET)


def _stage(id: str, publication: Publication) -> Stage:
    figures = publication.figures[WHOLE]
    share = Share(number_of(figures[id]), number_of(figures[STAGES[0]]))
    number, whole = publication.shown(id), publication.shown(STAGES[0])
    return Stage(id, DEFINITIONS[id].name, number, protect(share) if number.is_told and whole.is_told else NOT_SHOWN)


def _duration(id: str, publication: Publication) -> Duration:
    median, nine_in_ten = (publication.shown(f"{id}.{part}") for part in DURATIONS[id])
    return Duration(id, DEFINITIONS[id].name, MEDIAN_HOURS in DURATIONS[id], median, nine_in_ten)


def _dropouts(publication: Publication) -> list[tuple[str, Protected]]:
    """Why people dropped out before the first talk, and how many."""
    ids = [id for id in publication.figures[WHOLE] if id.startswith(f"{DROPPED_OUT}.")]
    reasons = {id: id.partition(".")[2] for id in ids}
    return [(gettext(PART_LABELS.get(reason, reason)), publication.shown(id)) for id, reason in reasons.items()]


def _themes(publication: Publication, themes: Iterable[str]) -> list[tuple[str, float, str]]:
    """What people want to talk about, as far as anybody does."""
    chosen = [(gettext(Theme(code).label), publication.shown(STAGES[0], code)) for code in themes if code]
    return by_size([(name, figure) for name, figure in chosen if figure.size])


# -- at this moment


def _now(actor: Actor, region: NamedRegion, programme: ProgrammeCode, today: date) -> Now:
    first, second = (overdue_before(today, days) for days in PATIENCE)
    waits = Enrolment.status.in_(sorted(WITHOUT_COACH))
    row = (
        desk.visible_to(actor)
        .where(Enrolment.region == region.code, Enrolment.programme == programme, Enrolment.status.in_(sorted(OPEN)))
        .select(
            _counting(Enrolment.status == EnrolmentStatus.CONFIRMED),
            _counting(waits),
            _counting(Enrolment.status == EnrolmentStatus.MATCHED),
            _counting(waits & (Enrolment.enrolled_at >= first)),
            _counting(waits & (Enrolment.enrolled_at < first) & (Enrolment.enrolled_at >= second)),
            _counting(waits & (Enrolment.enrolled_at < second)),
            fn.MIN(Case(None, [(waits, Enrolment.enrolled_at)])),
        )
        .tuples()
        .get()
    )
    longest = Enrolment.enrolled_at.python_value(row[6])
    return Now(row[0], row[1], row[2], row[3:6], local_day(longest) if longest else None)


def _counting(condition: object) -> fn:
    return fn.COUNT(Case(None, [(condition, 1)]))


def _coaches(region: NamedRegion, selection: Selection, publication: Publication, offered: int, today: date) -> Coaches:
    now = roster.now([region.code], selection.programme, today)
    return Coaches(now, offered, publication.shown(DEPLOYED), publication.shown(NO_SHOWS))


# -- the mail about a quarter


def wants_mail(actor: Actor) -> bool:
    return not QuarterMailOff.select().where(QuarterMailOff.account == actor.account_id).exists()


def region_admins_to_mail() -> list[Account]:
    """Everybody who leads a region and did not switch the mail off, each once."""
    leading = Grant.select(Grant.account).where(Grant.role == Role.REGION_ADMIN)
    off = QuarterMailOff.select(QuarterMailOff.account)
    wanted = Account.select().where(Account.id.in_(leading), Account.id.not_in(off), Account.blocked_at.is_null())
    return list(wanted.order_by(Account.id))
