"""Reports for a role: counted, checked and protected. What comes out of here may be seen."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date

from portal.access import Actor
from portal.counting import queries as counting
from portal.counting.catalogue import DEFINITIONS, PART_LABELS, SECTIONS, definition_of
from portal.counting.definitions import Section
from portal.counting.figures import Count, Figure, Share, broken_identities, unequal_totals
from portal.counting.offer import EVALUATION
from portal.counting.people import REFERRALS, SUPPORT
from portal.counting.periods import DAY, Period, last_of_month, month_code, year_of
from portal.counting.queries import Figures
from portal.counting.rules import Activity, Answered, By, Closed, Coupled, Invited, Offered, Scope, SignedUp
from portal.disclosure import rules, selection
from portal.disclosure.batches import told_through
from portal.disclosure.bounds import suspect
from portal.disclosure.cells import WHOLE
from portal.disclosure.relations import KNOWN_BY_NAME, PEOPLE
from portal.disclosure.rules import Basis, Protected
from portal.disclosure.selection import Selection
from portal.disclosure.tables import Publication
from portal.errors import NotFound
from portal.evaluations.rules import ANSWERED_WITHIN
from portal.i18n import gettext
from portal.published import queries as published
from portal.regions import queries as regions
from portal.regions.queries import NamedRegion

ABOUT_OFFER = (Coupled, Closed, Activity, Offered)
ABOUT_EVALUATION = (Invited, Answered)
RESPONSE = "E01"
NO_REGION = "no region"
NONE = Count(0)
NOTHING_REPORTED = Share(0, 0)
Shown = Callable[[str], dict[str, object]]


@dataclass(frozen=True)
class Line:
    """A figure with its name, what it is about (of a share or a mean), and where it is explained (a part is not)."""

    id: str
    name: str
    figure: Protected
    basis: Basis | None
    anchor: str


@dataclass(frozen=True)
class Report:
    """What a page shows. `refusal` says why it shows nothing; `told` is what answers are told of (None: none yet)."""

    selection: Selection
    sections: list[tuple[Section, list[Line]]]
    by_region: list[tuple[str, Protected]]
    refusal: str
    broken: list[str]
    told: Scope | None

    def line(self, id: str) -> Line | None:
        """The figure with this id, unless it is not shown."""
        return next((line for _, lines in self.sections for line in lines if line.id == id), None)

    def headline(self, *ids: str) -> list[Line]:
        """Of these figures the ones that say something."""
        return [line for line in map(self.line, ids) if line and line.figure.is_told]

    def regions_by_size(self) -> list[tuple[str, float, str]]:
        """People who signed up in each region, to draw."""
        return rules.by_size(self.by_region)

    def statements(self) -> list[tuple[str, float, str]]:
        """Who agrees with which statement, to draw."""
        agreed = [line for _, lines in self.sections for line in lines if line.anchor == "E03"]
        return rules.by_size([(gettext(line.name), line.figure) for line in agreed])


def national(selection: Selection) -> Report:
    """The whole country, with the people who signed up by region too."""
    names = regions.region_names(selection.reference_date)
    told = evaluated(selection)
    publication = national_publication(selection, names, told)
    by_region = sorted(names.items(), key=lambda row: row[1])
    if NO_REGION in publication.figures:
        by_region.append((NO_REGION, gettext("The whole country, no region")))
    return _report(selection, publication, SECTIONS, by_region, told)


def national_publication(selection: Selection, regions_then: Iterable[str], told: Scope | None) -> Publication:
    """All that is told of the whole country, with the people of each of these regions in a table by its code. `told`
    are the months of which answers are told."""
    scope = selection.scope
    people, split = counting.count_and_split(scope, By.REGION, [SignedUp], split=[PEOPLE])
    figures = with_reported(people | counting.count(scope, ABOUT_OFFER), scope) | evaluation(selection, told)
    publication = Publication()
    publication.add(figures)
    codes = dict.fromkeys([*regions_then, *split])
    publication.split({code or NO_REGION: {PEOPLE: split.get(code, {}).get(PEOPLE, NONE)} for code in codes})
    publication.withhold(suspect)
    return publication


def regional(selection: Selection, region: NamedRegion) -> Report:
    """One region: sign-ups, referrals and evaluation."""
    people = counting.count_by(selection.scope, By.REGION, of=[SignedUp])[region.code]
    told = evaluated(selection, region)
    publication = Publication()
    publication.add(people | evaluation(selection, told))
    publication.known |= publication.values.keys() & {(WHOLE, id) for id in KNOWN_BY_NAME}
    publication.withhold(suspect)
    return _report(selection, publication, (SUPPORT, REFERRALS, EVALUATION), [], told)


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


def counters(figures: Figures, shown: Shown) -> dict[str, dict[str, object]]:
    """Every counter by its id, each figure as `shown` gives it by its id, its parts inside it."""
    made: dict[str, dict[str, object]] = {}
    for id in figures:
        counter, _, part = id.partition(".")
        entry = made.setdefault(counter, {"value": None, "definition_version": DEFINITIONS[counter].version})
        if part:
            parts = entry.setdefault("parts", {})
            assert isinstance(parts, dict)
            parts[part] = shown(id)
        else:
            entry.update(shown(id))
    return made


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


def _report(
    chosen: Selection,
    publication: Publication,
    sections: Iterable[Section],
    by_region: Iterable[tuple[str, str]],
    told: Scope | None,
) -> Report:
    figures = publication.figures[WHOLE]
    people = figures[PEOPLE]
    refused = isinstance(people, Count) and selection.refuses(people.value)
    shown = [] if refused else [section for section in sections if told or section is not EVALUATION]
    cells = [(name, publication.shown(PEOPLE, code)) for code, name in by_region]
    return Report(
        selection=chosen,
        sections=[(section, list(_lines(section, publication))) for section in shown],
        by_region=[] if refused else cells,
        refusal=selection.REFUSAL if refused else "",
        broken=list(broken_sums(publication)),
        told=told,
    )


def broken_sums(publication: Publication) -> Iterator[str]:
    """The identities that do not hold, and of which figures the regions do not add up to the whole.

    No numbers: a page shows none as they are.
    """
    whole = publication.figures[WHOLE]
    yield from broken_identities(whole)
    for id in unequal_totals(whole, (figures for table, figures in publication.figures.items() if table != WHOLE)):
        yield gettext("%(id)s = all regions together", id=id)


def _lines(section: Section, publication: Publication) -> Iterator[Line]:
    figures = publication.figures[WHOLE]
    for definition in section.definitions:
        if definition.whole_is_reported and figures.get(definition.id, NOTHING_REPORTED).value is None:
            continue
        for id, figure in figures.items():
            counter, _, part = id.partition(".")
            if counter != definition.id:
                continue
            own = not part or not definition.has_whole
            shown = publication.shown(id)
            # Parts in which nobody is are left out, and with them all parts that are not shown.
            if own or shown not in (rules.NOBODY, rules.NOT_SHOWN):
                yield Line(
                    id=id,
                    name=PART_LABELS.get(part, part) if part else definition.name,
                    figure=shown,
                    basis=_basis(figure) if shown.is_told else None,
                    anchor=definition.id if own else "",
                )


def _basis(figure: Figure) -> Basis | None:
    return Basis.behind({name: rules.protect(count) for name, count in rules.counts_behind(figure).items()})
