"""The published figures of 2020, from files, by the command that everybody uses (jaaroverzicht 2020; monitor)."""

import json

import pytest

from portal import clock
from portal.access import PORTAL
from portal.accounts.models import Account
from portal.coaches.models import Coach
from portal.counting import queries as counting
from portal.counting.figures import broken_identities
from portal.counting.periods import Period
from portal.counting.rules import Scope
from portal.db import database, transaction
from portal.enrolments.models import Enrolment
from portal.erasure.actions import erase
from portal.imports.rules import FileName
from portal.outbox import Mail
from portal.programmes.codes import ProgrammeCode
from portal.published import queries as published
from portal.regions import queries as regions
from portal.regions.models import Region, RegionEmployer
from portal.sessions.models import Session
from tests.imports import files
from tests.imports.files import FIRST_DAY

FIGURES = {
    "T01": 211,
    "T01b": 211,
    "T03": 188,
    "T04": 23,
    "T04a": 23,
    "T05": 41,
    "T06": 23,
    "T07": 18,
    "T08": 44,
    "T08b": 71,
    "T09": 2184,
    "T10": 78,
    "T11": 2106,
    "T12": 185,
    "T13": 697,
}
LATE = "2021-01-06"
YEAR = Period(FIRST_DAY, FIRST_DAY.replace(year=2021, month=1, day=5))


@pytest.fixture
def load(app, clock, tmp_path):
    """The command, on these files."""

    def load(made, *options: str, folder: str = "files"):
        directory = files.store(tmp_path / folder, made)
        return app.test_cli_runner().invoke(args=["imports", "load", str(directory), *options])

    return load


@pytest.fixture
def counted(app):
    def counted(programme: str = "ecz", first="2020-04-15", last="2021-01-05", reference_date="2021-01-05", *options):
        asked = ["--programme", programme, "--from", first, "--to", last, "--reference-date", reference_date, *options]
        result = app.test_cli_runner().invoke(args=["report", "counts", *asked])
        assert result.exit_code == 0, result.output
        return json.loads(result.output)["counters"]

    return counted


@pytest.fixture
def in_2020(load, once):
    def make():
        made = files.made_up_2020(sorted(code for (code,) in Region.select(Region.code).tuples()))
        result = load(made)
        assert result.exit_code == 0, result.output
        return made

    return once(__name__, make)


def values(counters) -> dict[str, int]:
    return {id: counters[id]["value"] for id in FIGURES}


def test_the_published_figures_come_out_of_the_files(in_2020, counted):
    """The figures, also of who was handed over twice, and without advice."""
    assert values(counted()) == FIGURES
    assert Mail.select().count() == 0
    scope = Scope(ProgrammeCode.ECZ, YEAR, YEAR.last_day)
    assert broken_identities(counting.count(scope)) == []


def test_both_readings_of_41_and_23_stand_beside_what_is_counted(in_2020, counted):
    """Acceptance test 1, second half; and 'almost 700' is kept as it was said."""
    told = published.of_period(ProgrammeCode.ECZ, YEAR)
    assert [(figure.value, figure.source) for figure in told["T05"]] == [
        (41, "Jaaroverzicht 2020"),
        (23, "Jaaroverzicht 2020, onderdeel 13"),
    ]
    assert [(figure.value, figure.qualifier) for figure in told["T13"]] == [(700, "bijna")]
    counters = counted()
    assert counters["T05"]["value"] == 41
    assert counters["T06"]["value"] == 23


def test_loading_2020_again_changes_nothing_at_all(in_2020, load, counted):
    before = everything()
    result = load(in_2020, folder="again")
    assert result.exit_code == 0
    assert "211 " in result.output
    assert everything() == before
    assert values(counted()) == FIGURES


def everything() -> list:
    """Every row of what is loaded, as it is stored."""
    return [list(table.select().order_by(table.id).tuples()) for table in (Coach, Enrolment, Session)]


def test_a_talk_nobody_came_to_supports_nobody(in_2020, load, counted):
    """Acceptance test 4."""
    talk = {"ref": "none", "enrolment": "e0", "starts_at": "2020-06-01 10:00", "status": "no_show"}
    assert load(files.files(sessions=talk), folder="later").exit_code == 0
    assert values(counted()) == FIGURES
    assert counted()["T16"]["numerator"] == 1


def test_merging_two_employer_organisations_changes_no_figure_of_the_country_or_a_region(in_2020, counted):
    """Acceptance test 5: the region is the key, and who serves it is by date."""
    scope = Scope(ProgrammeCode.ECZ, YEAR, YEAR.last_day)
    by_region = counting.count_by(scope, counting.By.REGION)
    one, *_, other = regions.division(12).values()
    with database.atomic() as all_of_it:
        RegionEmployer.update(employer_org=one).where(RegionEmployer.employer_org == other).execute()
        assert other not in regions.division(12).values()
        assert values(counted()) == FIGURES
        assert counting.count_by(scope, counting.By.REGION) == by_region
        all_of_it.rollback()


def test_an_erased_participant_still_counts(in_2020, load, counted):
    """Acceptance test 6: nothing that leads to them is left, and every figure stays; loading again brings none back."""
    for address in ("p1@example.org", "p25@example.org", "p200@example.org"):
        with transaction():
            erase(PORTAL, Account.get(Account.email == address), now=clock.now())
    assert values(counted()) == FIGURES
    in_2020[FileName.ENROLMENTS] = in_2020[FileName.ENROLMENTS].replace(b"Anna", b"Ada")
    assert load(in_2020, folder="again").exit_code == 0
    assert Account.select().where(Account.email == "p25@example.org").count() == 0
    assert values(counted()) == FIGURES


def test_what_is_loaded_later_about_a_later_day_changes_no_earlier_figure(in_2020, load, counted):
    """What acceptance test 7 rests on: status and talks are judged at the end of the reference date."""
    lines = {
        "enrolments": {
            "ref": "e0",
            "enrolled_at": "2020-04-15 09:00",
            "status": "withdrawn",
            "status_on": "2021-01-06",
        },
        "sessions": {"ref": "late", "enrolment": "e0", "starts_at": f"{LATE} 00:30"},
        "referrals": {"ref": "late", "enrolment": "e3", "on": LATE},
        "coaches": {"ref": "late", "available_from": LATE, "email": ""},
    }
    assert (
        load(
            files.files(
                **lines,
            ),
            folder="later",
        ).exit_code
        == 0
    )
    assert values(counted()) == FIGURES


@pytest.mark.parametrize(
    ("moment", "counts"),
    [
        ("2020-04-14 23:30", 211),
        ("2020-04-15 00:30", 212),
        ("2021-01-05 23:30", 212),
        ("2021-01-06 00:30", 211),
        ("2020-04-14T22:30Z", 212),
        ("2021-01-05T23:30Z", 211),
    ],
)
def test_a_sign_up_belongs_to_its_dutch_day(in_2020, load, counted, moment, counts):
    """Half an hour on either side of both local midnights, in summer time (April) and in winter time (January)."""
    assert load(files.files(enrolments={"ref": "edge", "enrolled_at": moment}), folder="edge").exit_code == 0
    assert counted()["T01"]["value"] == counts


@pytest.mark.parametrize(
    ("moment", "talks"),
    [("2020-10-31 23:30", 1), ("2020-11-01 00:30", 0), ("2020-06-30 23:30", 0), ("2020-07-01 00:30", 1)],
)
def test_a_talk_belongs_to_its_dutch_day(load, counted, moment, talks):
    made = files.files(coaches={}, enrolments={}, sessions={"starts_at": moment})
    assert load(made).exit_code == 0
    assert counted("ecz", "2020-07-01", "2020-10-31", "2020-12-31")["A01"]["value"] == talks


def test_a_status_holds_from_its_dutch_day(load, counted):
    made = files.files(enrolments={"enrolled_at": "2020-05-01 23:30", "status": "withdrawn", "status_on": "2020-07-01"})
    assert load(made).exit_code == 0
    assert counted("ecz", "2020-05-01", "2020-05-01", "2020-06-30")["T02"]["value"] == 1
    assert counted("ecz", "2020-05-01", "2020-05-01", "2020-07-01")["T02"]["value"] == 0


def test_88_percent_of_all_sign_ups_enter(load, counted):
    """A hundredth of 43,835, in the same ratio; the benchmark loads all of them."""
    made = files.cohort(438)
    result = load(made)
    assert result.exit_code == 0, result.output
    share = counted("sijw", "2018-01-01", "2021-12-31", "2022-06-01")["I03"]
    assert (share["numerator"], share["denominator"]) == (385, 438)
    assert Mail.select().count() == 0
