"""Somebody who wants to know: reads every page of figures there is for a role, and works with a linear program.

What is known to everybody goes in: how counters add up, that regions, months and branches add up to the country, that
the same people are on several pages, and that what was counted once is still there in a later report. From the pages
goes in only what they say. A reader of `National` has /landelijk, its evaluations and every locked report, one of
`Region` the three pages of a region and the public report; both with everything again after somebody has come.

Before that every small number keeps a width of three; after it, and for who knows names, none is determined.
"""

from collections import Counter
from dataclasses import dataclass, field, replace
from random import Random

import pytest

from portal import clock
from portal.access import Role
from portal.counting import queries as counting
from portal.counting.figures import Count
from portal.counting.rules import Activity, Answered, By, Invited, Journey, Offered, Question, SignedUp
from portal.disclosure.bands import AGREEMENT
from portal.disclosure.cells import Sum
from portal.disclosure.relations import GROWING, KNOWN_BY_NAME
from portal.disclosure.rules import ENOUGH, STEP
from portal.evaluations.rules import STATEMENTS
from portal.programmes.codes import Outcome, ProgrammeCode
from portal.regions import queries as regions
from portal.results import queries as results
from portal.results.queries import COUNTRY, EARLIER, OUTCOME, QUESTIONS
from portal.yearly import actions, gathering
from portal.yearly.models import Report
from portal.yearly.rules import Reference
from portal.years import queries as years
from portal.years.rules import Selection, select
from tests import factories
from tests.counting.rows import Rows, at
from tests.factories import TWENTE, actor_of
from tests.reports import reading
from tests.reports.crowd import CHOICES, TODAY, many_small_cells, somebody
from tests.reports.seen import Seen

# The same on whatever day they are judged after the period.
WHENEVER = ("T01", "T01b", "I01", "T09", "T12", "A01", "A02", "A03", "A04", "E02.n", "E02b.n", "E04.n")
COUNTED = (SignedUp, Activity, Invited, Answered)
OF_A_REGION = ("T01", "T03", "T08b", "A01")
# A region in which nobody signed up.
FROM_NOWHERE = "RA1222"
# Which reports are locked, and the day on which each is judged: the same as that of the pages, and another.
LOCKED = {"ecz:2024": Reference.LATER, "ecz:2025": Reference.LAST_DAY}


@dataclass
class Reader:
    """Who reads, and what is known of each programme and year so far."""

    client: object
    people: object
    known: dict[tuple[ProgrammeCode, int], Seen] = field(default_factory=dict)
    reports: dict[str, Report] = field(default_factory=dict)

    def read_pages(self, moment: str) -> None:
        """All that can be chosen on the pages, also by who tries what they do not offer."""
        for programme, year in CHOICES:
            seen = self.known.setdefault((programme, year), Seen())
            if moment not in seen.figures:
                know(seen, moment, select(programme, str(year), today=TODAY))
        for (programme, year), seen in self.known.items():
            self.read(moment, programme, year, seen)

    def read_reports(self, moment: str) -> None:
        """Once the pages of that moment were read."""
        for choice, report in self.reports.items():
            programme, year = choice.split(":")
            seen = self.known[ProgrammeCode(programme), int(year)]
            page = self.client.get(f"/jaaroverzicht/{report.number}/cijfers.json?versie={report.version}")
            names = know_report(seen, moment, select(programme, year, today=TODAY), report)
            reading.read_report(seen, names, page.html)

    def results(self, path: str, moment: str, programme: ProgrammeCode, year: int, names: dict[str, str]) -> None:
        page = self.client.get(f"{path}?programme={programme}&period={year}")
        known = {"": self.known[programme, year], COUNTRY: self.known[programme, year]}
        if (programme, year - 1) in self.known:
            known[EARLIER] = self.known[programme, year - 1]
            names = {**names, EARLIER: names[""]}
        reading.read_results(known, names, page, programme)


class National(Reader):
    own = ""

    def read(self, moment: str, programme: ProgrammeCode, year: int, seen: Seen) -> None:
        self.client.sign_in(self.people.rik)
        page = self.client.get(f"/landelijk?programme={programme}&period={year}")
        # Once its report is locked, the page of a year tells what that tells.
        assert ("These figures were locked" in page.text) == (f"{programme}:{year}" in self.reports)
        if f"{programme}:{year}" not in self.reports:
            reading.read_ledger(seen, moment, page)
            selection = select(programme, str(year), today=TODAY)
            names = regions.region_names(selection.reference_date) | {"": "The whole country, no region"}
            reading.read_regions(seen, {name: of_region(moment, code) for code, name in names.items()}, page)
        self.results("/landelijk/evaluaties", moment, programme, year, {"": moment})


class Region(Reader):
    own = f" region:{TWENTE}"

    def read(self, moment: str, programme: ProgrammeCode, year: int, seen: Seen) -> None:
        self.client.sign_in(self.people.wilma)
        asked, own = f"?programme={programme}&period={year}", of_region(moment, TWENTE)
        seen.own_people |= {(own, id) for id in KNOWN_BY_NAME if (own, id) in seen.values}
        reading.read_ledger(seen, own, self.client.get(f"/regio/cijfers{asked}"))
        reading.read_overview(seen, own, self.client.get(f"/regio/overzicht{asked}"))
        self.results("/regio/evaluaties", moment, programme, year, {"": own, COUNTRY: moment})


# -- what everybody knows


def of_region(moment: str, code: str) -> str:
    return f"{moment} region:{code}"


def know(seen: Seen, moment: str, selection: Selection) -> None:
    """What the pages are about at this moment, and how it hangs together: the country, its regions, and Twente."""
    scope, own = selection.scope, of_region(moment, TWENTE)
    seen.add({id: figure for id, figure in years.counted(scope).items() if id[0] in "TIAE"}, moment)
    groups = counting.count_by(scope, By.REGION, of=COUNTED)
    seen.split({of_region(moment, code): {id: one[id] for id in OF_A_REGION} for code, one in groups.items()}, moment)
    twente = next(one for one in regions.all_regions(TODAY) if one.code == TWENTE)
    here = replace(scope, region=TWENTE, evaluated_before=years.evaluated_before(selection, twente))
    figures = groups[TWENTE] | counting.count(here, [Journey, Offered])
    seen.add({id: figure for id, figure in figures.items() if id[0] in "TIAEF" and id not in OF_A_REGION}, own)
    seen.add(groups[TWENTE], own)
    seen.within(own, moment)
    seen.laws.append(Sum((own, "T01b"), ((own, "F01"),)))
    seen.by_name |= {(own, id) for id in seen.figures[own] if id[:3] in ("T09", "T10", "T11", "T13")}
    if seen.values[own, "T09"] < STEP:
        seen.by_name.add((own, "T12"))
    themes = counting.count_by(here, By.THEME, of=[Journey])
    seen.overlap({f"{own} theme:{code}": {"F01": found["F01"]} for code, found in themes.items() if code}, own)
    for table, region in ((moment, None), (own, TWENTE)):
        know_answers(seen, table, selection, region)


def know_answers(seen: Seen, table: str, selection: Selection, region: str | None) -> None:
    given = counting.answers(selection.scope, By.REGION if region else None).get(region or "", {})
    for question, id, _, scale in QUESTIONS:
        seen.spread(id, given.get(question, Counter()), scale, table)
    for statement in STATEMENTS[selection.programme]:
        seen.spread(f"E03.{statement}", given.get(statement, Counter()), AGREEMENT, table)
    named = next((one for one in regions.all_regions(TODAY) if one.code == region), None)
    chose = results.people_by_outcome(selection.scope, named)
    seen.add({f"{OUTCOME}.{code.value}": Count(chose[code]) for code in Outcome}, table)
    assert sum(given.get(Question.TRAJECTORY_GRADE, Counter()).values()) == seen.values[table, "E02.n"]


def know_report(seen: Seen, moment: str, selection: Selection, report: Report) -> dict[str, str]:
    """The tables of a report and how they hang together; judged on the day of the pages, it is about the same."""
    gathered = gathering.gather(report, TODAY)
    whole = moment if gathered.scope == selection.scope else f"{moment} report"
    seen.add(gathered.whole, whole)
    names = {"": whole}
    for name, groups in gathered.tables.items():
        names |= {f"{name}:{key}": f"{whole} {name}:{key}" for key in groups}
        told = {
            names[f"{name}:{key}"]: {id: row[id] for id in gathering.SPLITS[name].ids} for key, row in groups.items()
        }
        (seen.split if gathering.SPLITS[name].excludes else seen.overlap)(told, whole)
    for slug, codes in gathered.divisions[gathered.division].items():
        seen.tie([names[f"region:{code}"] for code in codes], names[f"employer_org:{slug}"])
    if whole != moment:
        tables = {
            whole: moment,
            **{names[f"region:{code}"]: of_region(moment, code) for code in regions.region_names(TODAY)},
        }
        seen.laws += [
            Sum((then, id), ((now, id),))
            for now, then in tables.items()
            for id in WHENEVER
            if seen.values.get((now, id)) == seen.values.get((then, id), -1)
        ]
        grow(seen, tables)
    return names


def grow(seen: Seen, tables: dict[str, str]) -> int:
    """What the first of these tables counted is in the other still. How many numbers that says something about."""
    pairs = [((less, id), (more, id)) for less, more in tables.items() for id in GROWING]
    known = [pair for pair in pairs if {*pair} <= seen.values.keys()]
    assert all(seen.values[less] <= seen.values[more] for less, more in known)
    seen.at_most += known
    return len(known)


# -- the attack


@pytest.fixture
def english(client):
    client.flask.set_cookie("taal", "en", domain="portal.example.org")
    return client


@pytest.fixture
def staff(people):
    return [actor_of(one, Role.NATIONAL) for one in (people.rik, factories.account("Romy", Role.NATIONAL))]


def locked(staff, made: Report) -> Report:
    """Checked, approved and locked, for everybody to see."""
    maker, approver = staff
    actions.ask_for_check(maker, made.public_id, now=clock.now())
    actions.check_asked(now=clock.now())
    checked = Report.get_by_id(made.id)
    actions.approve(approver, made.public_id, check=checked.check, now=clock.now())
    return actions.lock_report(maker, made.public_id, is_public=True, now=clock.now())


@pytest.mark.one_engine
@pytest.mark.parametrize(("role", "seed", "late"), [(National, 6, FROM_NOWHERE), (Region, 1, TWENTE)])
def test_no_small_number_can_be_worked_out_not_even_from_two_reports_in_a_row(english, people, staff, role, seed, late):
    chance, rows = Random(seed), Rows()
    many_small_cells(rows, chance)
    rows.store()
    reader = role(english, people)
    reader.read_pages("before")
    for choice, reference in LOCKED.items():
        reader.reports[choice] = locked(staff, factories.draft_report(people.rik, choice=choice, reference=reference))
    reader.read_pages("before")
    reader.read_reports("before")
    check_nothing_is_found(reader)
    for key, seen in reader.known.items():
        assert seen.narrowed() == set(), key
    later = Rows(first_number=3_000_000)
    somebody(later, chance, at("2025-12-20"), later.coach(), region=late)
    later.store()
    reader.read_pages("after")
    for choice, report in reader.reports.items():
        made = actions.correct_report(staff[0], report.public_id, reason="Te laat gemeld.", now=clock.now())
        reader.reports[choice] = locked(staff, made)
    reader.read_pages("after")
    reader.read_reports("after")
    for seen in reader.known.values():
        tables = [table for table in seen.figures if table.startswith("before")]
        assert grow(seen, {table: table.replace("before", "after", 1) for table in tables}) > len(tables)
    check_nothing_is_found(reader)


def check_nothing_is_found(reader: Reader) -> None:
    for key, seen in reader.known.items():
        assert seen.determined() == set(), key
        is_refused = seen.values[f"before{reader.own}", "T01"] < ENOUGH
        assert is_refused or any(cell in seen.said for cell in seen.small()), f"{key}: there is nothing to find"
