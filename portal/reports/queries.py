"""Reports for a role: counted, checked and protected. What comes out of here may be seen."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date

from portal.counting import queries as counting
from portal.counting.catalogue import DEFINITIONS, DEFINITIONS_VERSION, PART_LABELS, SECTIONS
from portal.counting.definitions import Section
from portal.counting.figures import Count, Figure, Share, broken_identities, unequal_totals
from portal.counting.offer import EVALUATION
from portal.counting.people import REFERRALS, SUPPORT
from portal.counting.queries import Figures
from portal.counting.rules import By, Scope, SignedUp
from portal.disclosure import rules
from portal.disclosure.cells import WHOLE, table_of
from portal.disclosure.relations import PEOPLE
from portal.disclosure.rules import Basis, Protected
from portal.disclosure.tables import Publication
from portal.i18n import gettext
from portal.regions import queries as regions
from portal.regions.queries import NamedRegion
from portal.yearly import queries as yearly
from portal.yearly.models import Report as LockedReport
from portal.yearly.overview import Line, Overview
from portal.years.queries import (
    NO_REGION,
    evaluated,
    evaluation,
    national_publication,
    regional_publication,
)
from portal.years.rules import REFUSAL, Selection, refuses

NOTHING_REPORTED = Share(0, 0)
Shown = Callable[[str], dict[str, object]]


@dataclass(frozen=True)
class Report:
    """What a page shows. `refusal` says why it shows nothing; `told` is what answers are told of (None: none yet);
    `locked` is the report out of which all of it comes (None: it was counted now); then some numbers may be exact."""

    selection: Selection
    sections: list[tuple[Section, list[Line]]]
    by_region: list[tuple[str, Protected]]
    refusal: str = ""
    broken: list[str] = field(default_factory=list)
    told: Scope | None = None
    locked: LockedReport | None = None
    has_exact: bool = False

    @property
    def reference_date(self) -> date:
        return self.locked.reference_date if self.locked else self.selection.reference_date

    @property
    def definitions_version(self) -> int:
        return self.locked.definitions_version if self.locked else DEFINITIONS_VERSION

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
    """The whole country, and who signed up by region; of a year with a locked report what that tells."""
    locked = yearly.locked_over(selection)
    return _out_of(selection, locked) if locked else _counted_now(selection)


def _out_of(selection: Selection, locked: LockedReport) -> Report:
    """Nothing is counted again beside a locked report: both together would tell what neither does."""
    overview = Overview(locked.content)
    by_region = [(row.name, row.cells[0]) for row in overview.rows("region")]
    return Report(
        selection, overview.sections, by_region, told=locked.scope, locked=locked, has_exact=overview.has_exact
    )


def _counted_now(selection: Selection) -> Report:
    names = regions.region_names(selection.reference_date)
    told = evaluated(selection)
    publication = national_publication(selection, names, told)
    by_region = sorted(names.items(), key=lambda row: row[1])
    if table_of("region", NO_REGION) in publication.figures:
        by_region.append((NO_REGION, gettext("The whole country, no region")))
    return _report(selection, publication, SECTIONS, by_region, told)


def regional(selection: Selection, region: NamedRegion) -> Report:
    """One region: sign-ups, referrals and evaluation."""
    people = counting.count_by(selection.scope, By.REGION, of=[SignedUp])[region.code]
    told = evaluated(selection, region)
    publication = regional_publication(people, evaluation(selection, told))
    return _report(selection, publication, (SUPPORT, REFERRALS, EVALUATION), [], told)


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


def _report(
    chosen: Selection,
    publication: Publication,
    sections: Iterable[Section],
    by_region: Iterable[tuple[str, str]],
    told: Scope | None,
) -> Report:
    figures = publication.figures[WHOLE]
    people = figures[PEOPLE]
    refused = isinstance(people, Count) and refuses(people.value)
    shown = [] if refused else [section for section in sections if told or section is not EVALUATION]
    cells = [(name, publication.shown(PEOPLE, table_of("region", code))) for code, name in by_region]
    return Report(
        selection=chosen,
        sections=[(section, list(_lines(section, publication))) for section in shown],
        by_region=[] if refused else cells,
        refusal=REFUSAL if refused else "",
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
