"""`report counts` as others call it: exact for staff, protected when published, JSON and CSV."""

import csv
import io
import json
from datetime import date

import pytest

from portal.access import PORTAL
from portal.counting.catalogue import DEFINITIONS, definition_of
from portal.counting.periods import Period
from portal.disclosure.rules import FEWER
from portal.programmes.codes import BRANCH_GROUPINGS, Funding, Origin, ProgrammeCode
from portal.published.actions import record_published
from portal.published.rules import Published, Qualifier
from tests.counting.rows import Rows, at
from tests.factories import TWENTE, ZUID_LIMBURG

PERIOD = ("--programme", "ecz", "--from", "2021-01-01", "--to", "2021-12-31", "--reference-date", "2021-12-31")
RELIED_ON = {
    *(f"T{number:02}" for number in range(1, 17)),
    *(f"T04{letter}" for letter in "abcdef"),
    *("T01b", "T08b"),
    *(f"I{number:02}" for number in range(1, 7)),
    *(f"A{number:02}" for number in range(1, 5)),
    *(f"E{number:02}" for number in range(1, 5)),
    "C01",
}


@pytest.fixture
def thirteen_people(db) -> Rows:
    """Eleven in Twente, of whom seven talked, and two in Zuid-Limburg."""
    rows = Rows()
    coach = rows.coach()
    for number in range(13):
        enrolment = rows.enrol(at(f"2021-05-{10 + number}"), region=TWENTE if number < 11 else ZUID_LIMBURG)
        if number < 7:
            trajectory = rows.couple(enrolment, coach, at(f"2021-05-{10 + number}", 14))
            rows.talk(trajectory, at("2021-06-01"), coach=coach, funding=Funding.PLUS)
            rows.answer(date(2021, 6, 1), trajectory_grade=7, answers="enough_grip:5")
    rows.store()
    return rows


@pytest.fixture
def report(app):
    def run(*arguments: str):
        return app.test_cli_runner().invoke(args=["report", "counts", *arguments])

    return run


def counters(result) -> dict:
    assert result.exit_code == 0, result.output
    return json.loads(result.output)["counters"]


def test_counts_are_exact(report, thirteen_people):
    counted = counters(report(*PERIOD))
    assert counted["T01"] == {"value": 13, "definition_version": 1}
    assert counted["T03"]["value"] == 7
    assert counted["I03"] == {"value": 7 / 13, "numerator": 7, "denominator": 13, "definition_version": 1}
    assert counted["A01"]["parts"]["plus"] == {"value": 7}
    assert counted["E02"] == {"value": 7.0, "n": 7, "definition_version": 1}
    assert counted["E03"]["parts"]["enough_grip"] == {"value": 1.0, "numerator": 7, "denominator": 7}


def test_every_counter_is_there_also_when_nothing_happened(report, db):
    counted = counters(report(*PERIOD))
    assert set(counted) >= RELIED_ON
    assert list(counted) == list(DEFINITIONS)
    assert counted["T01"]["value"] == 0
    assert counted["I03"] == {"value": None, "numerator": 0, "denominator": 0, "definition_version": 1}
    assert all("definition_version" in counter for counter in counted.values())


def test_published_counts_are_protected(report, thirteen_people):
    counted = counters(report(*PERIOD, "--published"))
    assert counted["T01"]["value"] == 15
    assert counted["T03"]["value"] == 5
    assert counted["T12"]["value"] == str(FEWER)
    assert counted["E02"]["n"] == 5
    assert not isinstance(counted["E02"]["value"], float)


@pytest.mark.parametrize(
    ("by", "first", "groups"),
    [
        ("region", "RA0101", 28),
        ("employer_org", "care2care", 14),
        ("branch", "zkh", 12),
        ("month", "2021-01", 12),
        ("destination", "trauma", 8),
        ("theme", "balance", 11),
        ("origin", "website", 6),
    ],
)
def test_counts_by_group(report, thirteen_people, by, first, groups):
    result = json.loads(report(*PERIOD, "--by", by, "--division", "14").output)
    assert result["groups"][0]["key"] == first
    assert len(result["groups"]) == groups
    if by != "destination":
        assert sum(group["counters"]["T01"]["value"] for group in result["groups"]) == 13


def test_published_groups_are_protected(report, thirteen_people):
    result = json.loads(report(*PERIOD, "--by", "region", "--published").output)
    signed_up = {group["key"]: group["counters"]["T01"]["value"] for group in result["groups"]}
    assert signed_up[TWENTE] == 10
    assert signed_up[ZUID_LIMBURG] == str(FEWER)


@pytest.mark.parametrize(("day", "division"), [("2020-12-31", 14), ("2021-12-31", 13), ("2022-07-01", 12)])
def test_the_division_is_that_of_the_reference_date(report, db, day, division):
    arguments = [*PERIOD[:-1], day, "--by", "employer_org"]
    result = json.loads(report(*arguments).output)
    assert result["division"] == division
    assert len(result["groups"]) == division


@pytest.mark.parametrize("grouping", BRANCH_GROUPINGS)
def test_branches_as_a_published_list_has_them(report, thirteen_people, grouping):
    result = json.loads(report(*PERIOD, "--by", "branch", "--grouping", grouping).output)
    keys = [group["key"] for group in result["groups"]]
    assert keys == [*(row.value for row in BRANCH_GROUPINGS[grouping].rows), ""]
    assert result["groups"][-1]["counters"]["T01"]["value"] == 13


def test_counts_as_csv(report, thirteen_people):
    rows = list(csv.DictReader(io.StringIO(report(*PERIOD, "--by", "region", "--format", "csv").output)))
    whole = {(row["counter"], row["part"]): row for row in rows if row["group"] == "total"}
    assert whole["T01", ""]["value"] == "13"
    assert (whole["I03", ""]["numerator"], whole["I03", ""]["denominator"]) == ("7", "13")
    assert whole["A01", "plus"]["value"] == "7"
    assert ("E03", "") not in whole
    twente = {row["counter"]: row["value"] for row in rows if row["group"] == TWENTE and not row["part"]}
    assert twente["T01"] == "11"
    assert all(row["definition_version"] == str(definition_of(row["counter"]).version) for row in rows)


@pytest.mark.parametrize(
    "changed",
    [
        {"--to": "2020-12-31"},
        {"--from": "2021-02-30"},
        {"--from": "01-02-2021"},
        {"--programme": "other"},
        {"--reference-date": "9999-12-31"},
        {"--from": "0001-01-01"},
    ],
)
def test_what_cannot_be_counted_is_said(report, db, changed):
    options = dict(zip(PERIOD[::2], PERIOD[1::2], strict=True)) | changed
    result = report(*(word for option in options.items() for word in option))
    assert result.exit_code == 2
    assert "Error: " in result.output


def test_an_option_that_is_missing_is_named(report, db):
    result = report("--programme", "ecz")
    assert result.exit_code == 2
    assert "--from" in result.output


def test_referrals_that_contact_points_reported_are_the_whole_of_their_share(report, thirteen_people):
    assert counters(report(*PERIOD))["C01"] == {
        "value": None,
        "numerator": 0,
        "denominator": 0,
        "definition_version": 1,
    }
    period = Period(date(2021, 1, 1), date(2021, 12, 31))
    reported = Published("C01", ProgrammeCode.ECZ, period, None, 40, Qualifier.EXACT, "monitor")
    record_published(PORTAL, [reported], now=at("2026-03-02"))
    rows = Rows(first_number=2_000_000)
    for _ in range(14):
        rows.enrol(at("2021-07-01"), origin=Origin.CONTACT_POINT)
    rows.store()
    counted = counters(report(*PERIOD))["C01"]
    assert counted == {"value": 14 / 40, "numerator": 14, "denominator": 40, "definition_version": 1}
