"""Somebody who wants to know: reads every page of figures there is for a role, and works with a linear program.

What is known to everybody goes in: how counters add up, that regions add up to the country, and that what was counted
once is still there in a later report. From the pages goes in only what they say.
"""

from collections.abc import Iterator
from datetime import date, timedelta
from random import Random

import pytest

from portal.counting import queries as counting
from portal.counting.catalogue import PART_LABELS
from portal.counting.rules import By
from portal.disclosure import linear
from portal.disclosure.relations import PEOPLE
from portal.disclosure.selection import select
from portal.disclosure.tables import UNKNOWN, Bounds, Publication
from portal.enrolments.rules import EnrolmentStatus
from portal.programmes.codes import CloseReason, Funding, ReferralKind
from portal.referrals.rules import ReferralStatus
from portal.regions import queries as regions
from portal.reports import queries as reports
from portal.sessions.rules import SessionStatus
from tests.counting.rows import ECZ, SIJW, Rows, at
from tests.factories import TWENTE
from tests.page import Page, words

NATIONAL, REGION = "/landelijk", "/regio/cijfers"
TODAY = date(2026, 3, 2)
YEARS = {2024: 29, 2025: 61, 2026: 13}
# Of all these a later report has at least as many as an earlier one about the same period.
GROWING = ("T01", "T01b", "T03", "T05", "T07", "T08", "T08b", "I01", "I02", "T09", "A01", "A02", "A03", "A04", "T15")
ENDED = [EnrolmentStatus.WITHDRAWN, EnrolmentStatus.UNREACHABLE, EnrolmentStatus.OUT_OF_SCOPE, None, None]


class Seen(Publication):
    """Figures of which only this is known: what pages say of them."""

    def __init__(self) -> None:
        super().__init__()
        self.said: dict[tuple[str, str], Bounds] = {}

    def bounds(self) -> dict[tuple[str, str], Bounds]:
        return {cell: self.said.get(cell, UNKNOWN) for cell in self.values}


def many_small_cells(rows: Rows, chance: Random) -> None:
    """Years in which nearly everything happened to one, two, three or four people somewhere."""
    codes = sorted(regions.region_names(TODAY))
    coaches = [rows.coach(withdrawn_on=date(2025, 6, 1) if number < 2 else None) for number in range(9)]
    for year, people in YEARS.items():
        for number in range(people):
            month = 1 + number % (2 if year == TODAY.year else 12)
            somebody(rows, chance, at(date(year, month, 1 + number % 20)), codes, coaches[number % 9])


def somebody(rows: Rows, chance: Random, moment, codes, coach: int) -> None:
    region = TWENTE if chance.random() < 0.5 else chance.choice([*codes[:9], None])
    ended = chance.choice(ENDED)
    enrolment = rows.enrol(
        moment,
        programme=chance.choice([ECZ, ECZ, SIJW]),
        region=region,
        person=rows.person(),
        became=[(ended, moment + timedelta(days=1))] if ended else [],
        close_reason=chance.choice([CloseReason.NO_NEED, CloseReason.TOO_BUSY]) if ended else None,
    )
    if not ended and chance.random() < 0.8:
        trajectory = rows.couple(enrolment, coach, moment + timedelta(hours=2), contact_at=moment + timedelta(days=1))
        for again in range(chance.randint(0, 2)):
            rows.talk(
                trajectory,
                moment + timedelta(days=3 + again),
                coach=coach,
                status=chance.choice([SessionStatus.HELD, SessionStatus.HELD, SessionStatus.NO_SHOW]),
                funding=chance.choice(list(Funding)),
            )
    if chance.random() < 0.3:
        rows.refer(
            enrolment,
            moment.date(),
            kind=chance.choice([ReferralKind.WARM_HANDOVER, ReferralKind.ADVICE]),
            status=ReferralStatus.ARRIVED,
        )


# -- what a page says


def ledger(page: Page) -> Iterator[tuple[str, str]]:
    """Every figure by its id, as it stands on the page; parts by the name that they have there."""
    counter = ""
    parts = {label: part for part, label in PART_LABELS.items()}
    for row in (row for table in page.tree.iter("table") if table.get("class") == "ledger" for row in table.iter("tr")):
        name, figure = (" ".join(" ".join(words(cell)).split()) for cell in row)
        link = next((link.get("href") for link in row.iter("a")), "")
        counter = link.partition("#")[2] or counter
        if name in parts or link:
            yield counter if link else f"{counter}.{parts[name]}", figure


def bars(page: Page) -> dict[str, str]:
    table = next((table for table in page.tree.iter("table") if table.get("class") == "bars"), None)
    cells = [[" ".join(" ".join(words(cell)).split()) for cell in row] for row in table.iter("tr")][1:] if table else []
    return {name: figure for name, _, figure in cells}


def meant_by(figure: str) -> Bounds:
    """The least and the most that a count is, by the words for it."""
    plain = figure.replace(",", "")
    if plain == "fewer than 5":
        return 1, 4
    if not plain.isdigit():
        return UNKNOWN
    return (0, 0) if plain == "0" else (max(int(plain) - 2, 5), int(plain) + 2)


def read_national(seen: Seen, name: str, page: Page, selection) -> None:
    """Everything that this page tells, beside what was counted (for the relations, and to see what is small)."""
    whole = reports.counted(selection.scope)
    seen.add({id: figure for id, figure in whole.items() if id[0] in "TIA"}, name)
    groups = counting.count_by(selection.scope, By.REGION)
    seen.split({f"{name} {code}": {PEOPLE: found[PEOPLE]} for code, found in groups.items()}, name)
    read_ledger(seen, name, page)
    names = regions.region_names(selection.reference_date) | {"": "The whole country, no region"}
    drawn = bars(page) if page.by_id("by-region") is not None else {}
    for code in groups:
        seen.said[f"{name} {code}", PEOPLE] = meant_by(drawn.get(names[code], ""))


def read_ledger(seen: Seen, name: str, page: Page) -> None:
    told = dict(ledger(page))
    for table, id in [*seen.values]:
        if table != name:
            continue
        counter, _, part = id.partition(".")
        siblings = [other for other in told if other.startswith(f"{counter}.")]
        if id in told:
            seen.said[table, id] = meant_by(told[id])
        elif part and siblings and id in seen.figures[name]:
            seen.said[table, id] = (0, 0)  # Parts in which nobody is are left out.


def checked(seen: Seen) -> Seen:
    for cell, (low, high) in seen.bounds().items():
        assert low <= seen.values[cell] <= high, f"{cell} is told wrongly"
    small = [cell for cell in seen.small() if seen.said.get(cell, UNKNOWN) != UNKNOWN]
    assert small, "there is nothing to find"
    return seen


@pytest.fixture
def english(client):
    client.flask.set_cookie("taal", "en", domain="portal.example.org")
    return client


def everything(client, people, path: str, seen: Seen, name: str) -> None:
    """All that can be chosen on this page, also by who tries what it does not offer."""
    client.sign_in(people.rik if path == NATIONAL else people.wilma)
    for programme in (ECZ, SIJW):
        for year in YEARS:
            selection = select(programme, str(year), today=TODAY)
            table = f"{name} {programme} {year}"
            page = client.get(f"{path}?programme={programme}&period={year}")
            if path == NATIONAL:
                read_national(seen, table, page, selection)
            else:
                found = counting.count_by(selection.scope, By.REGION)[TWENTE]
                seen.add({id: figure for id, figure in found.items() if id[0] in "TI"}, table)
                read_ledger(seen, table, page)


@pytest.mark.parametrize("path", [NATIONAL, REGION])
@pytest.mark.parametrize("seed", range(3))
def test_no_small_number_can_be_worked_out(english, people, path, seed):
    rows = Rows()
    many_small_cells(rows, Random(seed))
    rows.store()
    seen = Seen()
    everything(english, people, path, seen, "now")
    assert linear.narrowed(checked(seen)) == set()


@pytest.mark.parametrize("path", [NATIONAL, REGION])
@pytest.mark.parametrize("seed", range(3))
def test_no_small_number_can_be_worked_out_from_two_reports_in_a_row(english, people, path, seed):
    chance = Random(seed)
    rows = Rows()
    many_small_cells(rows, chance)
    rows.store()
    seen = Seen()
    everything(english, people, path, seen, "before")
    later = Rows(first_number=3_000_000)
    somebody(later, chance, at("2026-02-20"), [TWENTE], later.coach())
    later.store()
    everything(english, people, path, seen, "after")
    tables = [table for table in seen.figures if table.startswith("before ")]
    grown = [((t, id), (t.replace("before", "after", 1), id)) for t in tables for id in GROWING]
    known = [(less, more) for less, more in grown if {less, more} <= seen.values.keys()]
    assert all(seen.values[less] <= seen.values[more] for less, more in known)
    seen.at_most += known
    assert len(known) > len(tables)
    assert linear.narrowed(checked(seen)) == set()
