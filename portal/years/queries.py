"""What is counted of a year of a programme, how far its answers are told, and which regions somebody may ask for."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import date

from portal.access import Actor
from portal.counting import queries as counting
from portal.counting.catalogue import definition_of
from portal.counting.figures import Count, Share
from portal.counting.periods import DAY, Period, last_of_month, month_code, year_of
from portal.counting.queries import Figures
from portal.counting.rules import Activity, Answered, By, Closed, Coupled, Invited, Offered, Scope, SignedUp
from portal.disclosure.batches import told_through
from portal.disclosure.bounds import suspect
from portal.disclosure.cells import WHOLE, table_of
from portal.disclosure.relations import KNOWN_BY_NAME, PEOPLE
from portal.disclosure.tables import Publication
from portal.errors import NotFound
from portal.evaluations.rules import ANSWERED_WITHIN
from portal.published import queries as published
from portal.regions import queries as regions
from portal.regions.queries import NamedRegion
from portal.years.rules import Selection

ABOUT_OFFER = (Coupled, Closed, Activity, Offered)
ABOUT_EVALUATION = (Invited, Answered)
RESPONSE = "E01"
NO_REGION = ""
NONE = Count(0)


def national_publication(selection: Selection, regions_then: Iterable[str], told: Scope | None) -> Publication:
    """All that is told of the whole country, with the people of each of these regions in a table of its own. `told`
    are the months of which answers are told."""
    scope = selection.scope
    people, split = counting.count_and_split(scope, By.REGION, [SignedUp], split=[PEOPLE])
    figures = with_reported(people | counting.count(scope, ABOUT_OFFER), scope) | evaluation(selection, told)
    publication = Publication()
    publication.add(figures)
    codes = dict.fromkeys([*regions_then, *split])
    publication.split({table_of("region", code): {PEOPLE: split.get(code, {}).get(PEOPLE, NONE)} for code in codes})
    publication.withhold(suspect)
    return publication


def regional_publication(people: Figures, answers: Figures) -> Publication:
    """All that is told of the people of one region and of their answers, beside what their desk knows by name."""
    publication = Publication()
    publication.add(people | answers)
    publication.known |= publication.values.keys() & {(WHOLE, id) for id in KNOWN_BY_NAME}
    publication.withhold(suspect)
    return publication


def evaluation(selection: Selection, told: Scope | None) -> Figures:
    """What people answered, as far as it is told yet; figures of nothing where it is not."""
    return counting.count(told, ABOUT_EVALUATION) if told else counting.nothing(selection.scope, ABOUT_EVALUATION)


def evaluated(selection: Selection, region: NamedRegion | None = None) -> Scope | None:
    """The months of the selection whose answers are told, None when none are yet. See `disclosure.batches`."""
    scope = replace(selection.scope, region=region.code if region else None)
    through = told_through(_answers_by_month(scope), selection.today, answered_within=ANSWERED_WITHIN)
    return replace(scope, period=scope.period.up_to(last_of_month(through))) if through else None


def evaluated_before(selection: Selection, region: NamedRegion) -> date:
    """The first month of closing whose answers are not told yet, of people who signed up in this year: some of them
    were ready in the next one, whose answers are told from the time on when all of this year are."""
    next_year = year_of(selection.programme, int(selection.code) + 1)
    two_years = Period(selection.period.first_day, min(next_year.last_day, selection.today))
    answers = _answers_by_month(replace(selection.scope, region=region.code, period=two_years))
    first, last = selection.scope.answers_of
    before = first
    for months in ([month for month in answers if month <= last], [month for month in answers if month > last]):
        if months and before == months[0]:
            given = {month: answers[month] for month in months}
            through = told_through(given, selection.today, answered_within=ANSWERED_WITHIN)
            before = last_of_month(through) + DAY if through else before
    return before


def _answers_by_month(scope: Scope) -> dict[date, int]:
    """How many people answered, by the month in which they were ready."""
    figures = counting.count_by(scope, By.MONTH, of=[Invited])
    return {month: _answered(figures[month_code(month)]) for month in scope.period.months}


def _answered(figures: Figures) -> int:
    response = figures[RESPONSE]
    return response.numerator if isinstance(response, Share) else 0


def counted(scope: Scope) -> Figures:
    """Every figure about this programme, period and reference date; nobody has seen them yet, so they are exact."""
    return with_reported(counting.count(scope), scope)


def with_reported(figures: Figures, scope: Scope) -> Figures:
    """The shares whose whole others report, of that whole if it was published over exactly this period."""
    reported = {
        id: replace(figure, denominator=whole)
        for id, figure in figures.items()
        if isinstance(figure, Share) and definition_of(id).whole_is_reported
        if (whole := published.reported_whole(scope.programme, id, scope.period))
    }
    return figures | reported


def regions_of(actor: Actor, selection: Selection) -> list[NamedRegion]:
    """The regions whose figures this person may see, as they were called on the reference date."""
    return [region for region in regions.all_regions(selection.reference_date) if region.code in actor.regions]


def region_of(actor: Actor, code: str | None, selection: Selection) -> NamedRegion:
    """The region that was asked for, or the first of one's own; raises NotFound for one that is not one's own."""
    own = regions_of(actor, selection)
    found = next((region for region in own if code in (None, "", region.code)), None)
    if found is None:
        raise NotFound
    return found
