"""What a report says: no number of one to four anywhere in it, nothing behind a figure that is not told."""

import json
from collections.abc import Iterator
from datetime import date, timedelta
from random import Random

import pytest

from portal.access import Role
from portal.accounts.models import Account
from portal.clock import local_day, now
from portal.counting.figures import Count, Mean, Score
from portal.disclosure import linear
from portal.disclosure.bands import WIDTH
from portal.disclosure.rules import STEP, protect
from portal.i18n import speaking
from portal.programmes.codes import Branch, Origin, Outcome, ReferralKind, Theme
from portal.regions import queries as regions
from portal.yearly import actions, checking, gathering, shown
from portal.yearly.models import Report
from tests import factories
from tests.counting.rows import Rows, at
from tests.factories import actor_of

TOLD = {"kind", "size", "value", "says", "limit", "exact", "numerator", "denominator", "n"}
SHARES = {"share", "mean", "score", "hours"}


@pytest.fixture(params=[11, 60, 300])
def counted(request, once, people) -> tuple[Account, Report]:
    """Rik, and a report of his about so many people."""

    def count() -> tuple[Account, Report]:
        some_people(request.param).store()
        return people.rik, factories.checked_report(people.rik, choice="ecz:2025")

    return once((__name__, request.param), count)


@pytest.fixture
def report(counted) -> Report:
    return counted[1]


def some_people(number: int) -> Rows:
    """So many, few of them in most regions, branches and months."""
    chance, rows = Random(number), Rows()
    codes = sorted(regions.region_names(date(2026, 1, 1)))
    coaches = [rows.coach() for _ in range(20)]
    for _ in range(number):
        moment = at(date(2025, 1, 1) + timedelta(days=int(365 * chance.random() ** 2)), hour=9)
        enrolment = rows.enrol(
            moment,
            person=rows.person(),
            region=chance.choice([None, *codes[:6], *codes[:2] * 4]),
            branch=chance.choice([None, *Branch, Branch.VVT, Branch.VVT]),
            themes=chance.sample(list(Theme), 2),
            origin=chance.choice([*Origin, Origin.WEBSITE, Origin.WEBSITE]),
        )
        if chance.random() < 0.8:
            coach = chance.choice(coaches)
            trajectory = rows.couple(enrolment, coach, moment, contact_at=moment + timedelta(hours=5))
            rows.talk(trajectory, moment + timedelta(days=2), coach=coach)
            if chance.random() < 0.4:
                rows.answer(moment.date().replace(day=1), outcomes=frozenset({chance.choice(list(Outcome))}))
        if chance.random() < 0.1:
            rows.refer(enrolment, moment.date())
        if chance.random() < 0.1:
            rows.refer(enrolment, moment.date(), kind=ReferralKind.ADVICE)
    return rows


def figures_in(content: dict) -> Iterator[dict]:
    """Every figure of a report, and every count behind one."""
    tables = [row["figures"] for table in content["tables"].values() for row in table["rows"]]
    for figure in [*content["figures"].values(), *(one for row in tables for one in row)]:
        yield figure
        yield from (figure[name] for name in ("numerator", "denominator", "n") if name in figure)


def test_no_figure_of_a_report_is_one_to_four(report):
    found = list(figures_in(json.loads(report.content)))
    assert len(found) > 300
    for figure in found:
        assert set(figure) <= TOLD
        if figure["kind"] == "count":
            assert figure.get("value", 0) % STEP == 0
            assert ("value" in figure) != ("says" in figure)


def test_nothing_is_told_of_the_counts_behind_a_figure_that_is_not_told(report):
    silent = [f for f in figures_in(json.loads(report.content)) if f["kind"] in SHARES and "value" not in f]
    assert silent
    for figure in silent:
        if figure["says"] in ("too_few_answers", "too_few_people", "not_shown"):
            assert set(figure) == {"kind", "size", "says"}


@pytest.mark.parametrize(
    ("figure", "dutch", "english"),
    [
        (Mean(99, 10), "minstens 8,8", "at least 8.8"),
        (Mean(11, 10), "hoogstens 2,7", "at most 2.7"),
        (Score(12, 12), "minstens +50", "at least +50"),
        (Mean(79, 10), "7,9", "7.9"),
    ],
)
def test_a_mean_near_the_end_is_read_in_the_language_of_the_reader(db, figure, dutch, english):
    kept = json.loads(json.dumps(shown.kept(figure, protect(figure))))
    for language, words in (("nl", dutch), ("en", english)):
        with speaking(language):
            assert str(shown.read(kept)) == words


def test_only_headlines_are_exact_and_only_in_the_first_version(counted):
    maker, report = counted
    content = json.loads(report.content)
    shares = {"I03": {"I02", "I01"}, "I05": {"I05.numerator", "I05.denominator"}}
    assert {*content["exact"]} <= {*checking.HEADLINES, *shares}
    assert all(shares[id] <= {*content["exact"]} for id in {*content["exact"]} & {*shares})
    assert {id for id, figure in content["figures"].items() if "exact" in figure} == set(content["exact"])
    romy = factories.account("Romy", Role.NATIONAL)
    actions.approve(actor_of(romy, Role.NATIONAL), report.public_id, check=report.check, now=now())
    rik = actor_of(maker, Role.NATIONAL)
    actions.lock_report(rik, report.public_id, is_public=True, now=now())
    second = actions.correct_report(rik, report.public_id, reason="Opnieuw geteld.", now=now())
    actions.ask_for_check(rik, second.public_id, now=now())
    actions.check_asked(now=now())
    assert json.loads(Report.get_by_id(second.id).content)["exact"] == []


@pytest.mark.one_engine
def test_all_tables_together_leave_every_small_number_wide_enough(report):
    """By asking the solver about each of them, with every table that the report has."""
    publication = checking.publication_of(gathering.gather(report, local_day(now())), checking.HEADLINES)
    assert linear.narrowed(publication) == set()
    for cell in publication.small()[:25]:
        low, high = linear.implied(publication, {cell: 1.0})
        assert high - low >= WIDTH - 1e-6
    kept = json.loads(report.content)["figures"]
    assert kept["T01"].get("exact", publication.values["", "T01"]) == publication.values["", "T01"]


def test_regions_of_an_employer_organisation_are_tied_to_it(report):
    gathered = gathering.gather(report, local_day(now()))
    by_org, by_region = gathered.tables["employer_org"], gathered.tables["region"]
    for slug, codes in gathered.divisions[gathered.division].items():
        assert by_org[slug]["T01"] == Count(sum(by_region[code]["T01"].value for code in codes))
