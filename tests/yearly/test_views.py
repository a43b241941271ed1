"""Reports on pages: the way to a locked one, and the yearly overview that everybody may read."""

import csv
import hashlib
import io
import json
from datetime import date, timedelta

import openpyxl
import pytest

from portal import clock as wall
from portal.access import PORTAL, Role
from portal.accounts.models import Account
from portal.audit import AuditEntry
from portal.counting.periods import Period
from portal.programmes.codes import Funding, Origin, Outcome
from portal.published.actions import record_published
from portal.published.rules import Published, Qualifier
from portal.remarks.models import Remark
from portal.remarks.rules import RemarkState
from portal.sessions.models import Session
from portal.sessions.rules import SessionStatus
from portal.yearly import actions
from portal.yearly.models import Report
from portal.yearly.rules import ReportState
from tests import factories
from tests.counting.rows import ECZ, Rows, at
from tests.counting.test_2020 import made_up_2020
from tests.factories import TWENTE, ZUID_LIMBURG, actor_of
from tests.page import Client, words

REPORTS, MAKE = "/landelijk/rapporten", "/landelijk/rapporten/nieuw"
LAST_YEAR = "ecz:2025"


@pytest.fixture
def english(client):
    client.flask.set_cookie("taal", "en", domain="portal.example.org")
    return client


@pytest.fixture
def people(request, people) -> factories.People:
    """Those who made the report, when the test is about one: it takes long to make."""
    return request.getfixturevalue("published")[0] if "report" in request.fixturenames else people


@pytest.fixture
def romy(people):
    return Account.get_or_none(email_key="romy@example.org") or factories.account("Romy", Role.NATIONAL)


@pytest.fixture
def rik(english, people):
    return english.sign_in(people.rik)


@pytest.fixture
def last_year(db) -> Rows:
    return rows_of_last_year()


def rows_of_last_year() -> Rows:
    """2025: 48 people, of whom 36 talked; 43 of Twente and 5 of Zuid-Limburg; two topics that are told the same."""
    rows = Rows()
    coach = rows.coach()
    for number in range(48):
        moment = at(date(2025, 1, 6) + timedelta(days=7 * number), hour=9)
        enrolment = rows.enrol(
            moment,
            person=rows.person(),
            region=TWENTE if number < 43 else ZUID_LIMBURG,
            themes=["stress"] if number < 40 else ["balance", "role"],
            origin=Origin.EMPLOYER if number < 20 else Origin.WEBSITE,
        )
        if number % 4:
            trajectory = rows.couple(enrolment, coach, moment, contact_at=moment + timedelta(hours=3))
            rows.talk(trajectory, moment + timedelta(days=3), coach=coach, funding=Funding.SRS)
    for number in range(12):
        plans = frozenset({Outcome.STAY_HAPPIER, Outcome.TRAINING} if number < 8 else {Outcome.STAY_HAPPIER})
        rows.answer(
            date(2025, 6, 1),
            trajectory_grade=7 + number % 2,
            recommend=9,
            answers="enough_grip:4",
            outcomes=plans,
        )
    rows.store()
    return rows


def page_of(report: Report, step: str = "") -> str:
    return f"{REPORTS}/{report.public_id}{step}"


def state_of(report: Report) -> str:
    return str(Report.get_by_id(report.id).state)


def table(page, caption: str) -> list[list[str]]:
    """The rows of the table with this caption."""
    found = next(t for t in page.tree.iter("table") if "".join(words(next(t.iter("caption")))) == caption)
    rows = [[" ".join(" ".join(words(cell)).split()) for cell in row] for row in found.iter("tr")]
    return rows[1:]


# -- who may


@pytest.mark.parametrize("path", [REPORTS, MAKE])
@pytest.mark.parametrize("who", ["noor", "bram", "wilma", "fay", "oscar"])
def test_reports_are_for_national_staff(client, people, path, who):
    assert client.sign_in(getattr(people, who)).get(path).status == 403


@pytest.mark.parametrize("path", [REPORTS, MAKE])
def test_reports_ask_to_sign_in(client, path):
    assert client.get(path).location == "/inloggen"


@pytest.mark.parametrize(
    "step", ["", "/controleren", "/toch-verder", "/goedkeuren", "/vastzetten", "/verbeteren", "/weggooien"]
)
def test_report_that_is_not_there(rik, step):
    path = f"{REPORTS}/bestaat-niet{step}"
    token = rik.get(MAKE).form().fields["csrf_token"][0]
    page = rik.post(path, {"csrf_token": token, "reason": "x"}) if step else rik.get(path)
    assert page.status == 404


@pytest.mark.parametrize("step", ["/controleren", "/toch-verder", "/goedkeuren", "/weggooien"])
def test_steps_are_buttons_and_no_links(rik, people, step):
    assert rik.get(page_of(factories.draft_report(people.rik), step)).status == 405


# -- making


def test_reports_says_what_to_do_when_there_is_none(rik):
    assert "No report yet" in rik.get(REPORTS).text


def test_reports_lists_every_report_with_its_state(rik, people, romy, last_year):
    factories.locked_report(people.rik, romy, choice=LAST_YEAR)
    factories.draft_report(people.rik, choice="sijw:2024")
    page = rik.get(REPORTS)
    assert [row[:3] for row in table(page, "All reports")] == [
        ["Sterk in je werk: 2024", "none yet", "Draft"],
        ["Extra coaching voor de zorg: 2025", "2026-1", "Locked"],
    ]


def test_reports_cost_the_same_queries_for_one_and_for_three(rik, people):
    factories.draft_report(people.rik, choice="sijw:2024")
    rik.get(REPORTS)
    for_one = rik.queries
    for choice in ("sijw:2023", "sijw:2022"):
        factories.draft_report(people.rik, choice=choice)
    rik.get(REPORTS)
    assert rik.queries == for_one


def test_make_offers_periods_that_are_over_and_makes_a_draft(rik):
    page = rik.get(MAKE)
    assert "2020 (15 April 2020 up to and including 5 January 2021)" in page.text_of("period")
    assert "2026" not in page.text_of("period")
    made = rik.submit(page, period="ecz:2020", reference="last_day", division="14")
    report = Report.get()
    assert made.url.endswith(page_of(report))
    assert (report.first_day, report.last_day, report.reference_date, report.division) == (
        date(2020, 4, 15),
        date(2021, 1, 5),
        date(2021, 1, 5),
        14,
    )


def test_make_refuses_a_reference_date_that_is_still_to_come(rik):
    page = rik.submit(rik.get(MAKE), period=LAST_YEAR, reference="later", division="12")
    assert page.status == 422
    assert any("still to come" in error for error in page.errors)


def test_make_refuses_what_a_locked_report_tells_already(rik, people, romy, last_year):
    old_page = rik.get(MAKE)
    factories.locked_report(people.rik, romy, choice=LAST_YEAR)
    page = rik.submit(old_page, period=LAST_YEAR, reference="last_day", division="12")
    assert page.status == 422
    assert any("locked report already" in error for error in page.errors)
    assert Report.select().count() == 1


def test_make_offers_no_period_over_which_there_is_a_report(rik, people, romy, last_year):
    def offered() -> set[str]:
        return {option.get("value", "") for option in rik.get(MAKE).by_id("period").iter("option")}

    all_of_them = offered()
    factories.locked_report(people.rik, romy, choice=LAST_YEAR)
    factories.draft_report(people.rik, choice="ecz:2024")
    assert offered() == all_of_them - {LAST_YEAR, "ecz:2024"}


def test_make_says_so_when_there_is_a_report_over_every_period(rik, people):
    options = list(rik.get(MAKE).by_id("period").iter("option"))
    for option in options:
        factories.draft_report(people.rik, choice=option.get("value", ""))
    page = rik.get(MAKE)
    assert "Over every period that is over there is a report already." in page.text
    assert page.by_id("period") is None
    assert rik.get(MAKE, htmx=True).html.strip().startswith('<div id="make_form"')


def test_make_comes_as_a_block_for_htmx(rik):
    page = rik.submit(rik.get(MAKE), period=LAST_YEAR, reference="later", division="12", htmx=True)
    assert page.status == 422
    assert "<html" not in page.html
    assert page.by_id("make_form") is not None


# -- from draft to locked


@pytest.mark.both_engines
def test_report_goes_from_draft_to_locked(english, people, romy, last_year):
    rik = english.sign_in(people.rik)
    report = factories.draft_report(people.rik, choice=LAST_YEAR)
    assert "Nothing has been counted yet." in rik.get(page_of(report)).text
    rik.submit(rik.get(page_of(report)), page_of(report, "/controleren"))
    waiting = rik.get(page_of(report))
    assert "being counted" in waiting.text
    assert waiting.by_id("report_steps").get("hx-trigger") == "every 3s"
    actions.check_asked(now=wall.now())
    page = rik.get(page_of(report))
    assert "Somebody else has to approve it: you made it." in page.text
    assert "hx-trigger" not in page.html
    other = Client(english.app).sign_in(romy)
    other.flask.set_cookie("taal", "en", domain="portal.example.org")
    read = other.get(page_of(report, "/overzicht"))
    assert "about 50 people signed up. Of them, about 35 got support from a coach." in read.text
    assert "Until this report is locked, all numbers are rounded. After that " in read.text
    assert "Which numbers?" in read.text
    assert "48" not in read.text
    pages = read.html + other.get(page_of(report)).html
    other.submit(other.get(page_of(report)), page_of(report, "/goedkeuren"))
    log = "".join(entry.detail for entry in AuditEntry.select())
    assert Report.get_by_id(report.id).content_hash not in pages + log
    assert state_of(report) == ReportState.APPROVED
    page = rik.submit(rik.get(page_of(report, "/vastzetten")), is_public="y")
    assert page.url.endswith(page_of(report))
    done = rik.get(page_of(report))
    assert done.link("/jaaroverzicht/2026-1") == "/jaaroverzicht/2026-1"
    read = other.get("/landelijk/jaaroverzicht/2026-1")
    assert "48 people signed up. Of them, about 35 got support from a coach." in read.text
    assert "Until this report is locked" not in read.text
    assert done.link("CSV") == "/landelijk/jaaroverzicht/2026-1/cijfers.csv?versie=1"


def test_approve_refuses_who_made_it(rik, people, last_year):
    report = factories.checked_report(people.rik, choice=LAST_YEAR)
    form = rik.get(page_of(report)).form(button="Throw away")
    sent = {"csrf_token": form.fields["csrf_token"][0], "check": report.check}
    page = rik.post(page_of(report, "/goedkeuren"), sent)
    assert page.status == 422
    assert page.errors == ["You made this report. Somebody else has to approve it."]
    assert state_of(report) == ReportState.CHECKED


def test_check_that_was_asked_for_twice_says_so(rik, people, last_year):
    report = factories.draft_report(people.rik, choice=LAST_YEAR)
    page = rik.get(page_of(report))
    rik.submit(page, page_of(report, "/controleren"))
    assert rik.submit(page, page_of(report, "/controleren")).status == 409


def test_accept_tasks_shows_what_is_left_to_do_and_goes_on(rik, people, last_year):
    Session.update(status=SessionStatus.PLANNED).where(Session.id == last_year[Session][0]["id"]).execute()
    report = factories.checked_report(people.rik, choice=LAST_YEAR)
    page = rik.get(page_of(report))
    assert "Talks of which nobody said how they went: fewer than 5" in page.text
    rik.submit(page, page_of(report, "/toch-verder"))
    assert state_of(report) == ReportState.CHECKED
    assert "Talks of which nobody said how they went: fewer than 5." in rik.get(page_of(report, "/overzicht")).text


def test_accept_tasks_cannot_skip_the_check(rik, people, last_year):
    report = factories.draft_report(people.rik, choice=LAST_YEAR)
    token = rik.get(page_of(report)).form(button="Throw away").fields["csrf_token"][0]
    assert rik.post(page_of(report, "/toch-verder"), {"csrf_token": token}).status == 409


def test_lock_refuses_what_is_not_approved(rik, people, last_year):
    report = factories.checked_report(people.rik, choice=LAST_YEAR)
    page = rik.submit(rik.get(page_of(report, "/vastzetten")))
    assert page.status == 409
    assert state_of(report) == ReportState.CHECKED


def test_discard_throws_a_draft_away(rik, people):
    report = factories.draft_report(people.rik)
    page = rik.submit(rik.get(page_of(report)), page_of(report, "/weggooien"))
    assert page.url.endswith(REPORTS)
    assert Report.select().count() == 0


def test_correct_needs_a_reason_and_makes_the_next_version(rik, people, romy, last_year):
    report = factories.locked_report(people.rik, romy, choice=LAST_YEAR)
    page = rik.get(page_of(report, "/verbeteren"))
    assert "no numbers of people" in page.text_of("reason-hint")
    assert rik.submit(page, reason="").status == 422
    assert rik.submit(page, reason="x" * 301).status == 422
    rik.submit(page, reason="Tien late aanmeldingen.")
    made = Report.get(Report.version == 2)
    assert (made.number, made.reason) == ("2026-1", "Tien late aanmeldingen.")
    assert rik.submit(page, reason="Nog eens.").status == 409


def test_report_and_its_steps_come_as_a_block_for_htmx(rik, people):
    report = factories.draft_report(people.rik)
    fragment = rik.get(page_of(report), htmx=True)
    assert "<html" not in fragment.html
    assert fragment.by_id("report_steps") is not None


# -- reading


@pytest.fixture
def published(once, clock) -> tuple[factories.People, Report]:
    def publish() -> tuple[factories.People, Report]:
        rows_of_last_year()
        by_others = [
            Published("T01", ECZ, YEAR, None, 50, Qualifier.EXACT, "Jaarverslag"),
            Published("T05", ECZ, YEAR, None, 41, Qualifier.EXACT, "Jaarverslag, bladzijde 1"),
            Published("T05", ECZ, YEAR, None, 23, Qualifier.EXACT, "Jaarverslag, bladzijde 9"),
            Published("T09", ECZ, YEAR, None, 700, Qualifier.BIJNA, "Jaarverslag"),
        ]
        record_published(PORTAL, by_others, now=wall.now())
        people, romy = factories.People(), factories.account("Romy", Role.NATIONAL)
        return people, factories.locked_report(people.rik, romy, choice=LAST_YEAR)

    return once(__name__, publish)


@pytest.fixture
def report(published) -> Report:
    return published[1]


YEAR = Period(date(2025, 1, 1), date(2025, 12, 31))


@pytest.mark.parametrize("path", ["/jaaroverzicht/2026-1", "/jaaroverzicht/2026-1/cijfers.csv"])
def test_public_overview_is_there_for_everybody(client, report, path):
    assert client.flask.get(path, base_url="https://portal.example.org").status_code == 200


@pytest.mark.parametrize("path", ["/jaaroverzicht/2026-1", "/jaaroverzicht/2026-1/cijfers.csv"])
def test_public_overview_is_not_there_unless_it_was_locked_so(client, people, romy, last_year, path):
    factories.approved_report(people.rik, romy, choice=LAST_YEAR)
    assert client.get(path).status == 404
    actions.lock_report(actor_of(people.rik, Role.NATIONAL), Report.get().public_id, is_public=False, now=wall.now())
    assert client.get(path).status == 404
    assert client.sign_in(people.rik).get("/landelijk/jaaroverzicht/2026-1").status == 200


def test_overview_tells_what_was_counted(english, report):
    page = english.get("/jaaroverzicht/2026-1")
    assert "Extra coaching voor de zorg" in page.h1
    assert "48 people signed up. Of them, about 35 got support from a coach." in page.text
    assert "Reference date 31 December 2025." in page.text
    assert "Division: 12 employer organisations." in page.text
    assert table(page, "People who signed up, by region")[0] == ["Twente", "", "45"]
    assert ["Website", "", "30"] in table(page, "People who signed up, by how they found us")
    assert "7.5" in page.text
    assert table(page, "What people are going to do")[:2] == [
        ["A course or training", "", "10"],
        ["I stay and enjoy my work more", "", "10"],
    ]


def test_overview_of_2020_is_a_whole_and_its_parts(english, people, romy, db):
    """41 people were handed over: 23 without a talk and 18 during or after coaching (jaaroverzicht 2020)."""
    made_up_2020().store()
    found = factories.approved_report(people.rik, romy, choice="ecz:2020")
    actions.lock_report(actor_of(people.rik, Role.NATIONAL), found.public_id, is_public=True, now=wall.now())
    page = english.get("/jaaroverzicht/2026-1")
    assert "In all, 211 people signed up. Of them, 188 got support from a coach." in page.text
    assert "For trauma care their coach handed over 41 of them" in page.text
    assert "with their consent: 23 without a talk, 18 during or after coaching." in page.text
    assert "about 70 people were referred to other help" in page.text
    # Three people were handed over twice: 44 beside 41 would tell that.
    assert [row[1] for row in table(page, "Handed over and referred")][:4] == ["41", "23", "18", "about 45"]


def test_overview_shows_topics_that_share_a_place(english, report):
    page = english.get("/jaaroverzicht/2026-1")
    ranked = next(element for element in page.tree.iter("ol") if element.get("class") == "ranked")
    places = [" ".join(" ".join(words(item)).split()) for item in ranked]
    assert places == [
        "1 Recognising stress and coping with it 40",
        "2 Other tasks or another job 10 · shared place 2",
        "2 Work and private life in balance 10 · shared place 2",
    ]


def test_overview_puts_what_others_published_beside_it_and_explains(english, report):
    page = english.get("/jaaroverzicht/2026-1")
    rows = table(page, "Our figures and those that were published before")
    assert ["People who signed up", "48", "50", "Jaarverslag This figure differs."] in rows
    assert ["Handed over for trauma care", "0", "23", "Jaarverslag, bladzijde 9 This figure differs."] in rows
    assert rows[-1][2] == "almost 700"
    assert "41 and 23: how both can be true" in page.text


def test_overview_is_in_dutch_and_in_english(client, report):
    assert "In totaal meldden zich 48 mensen aan." in client.get("/jaaroverzicht/2026-1").text
    client.flask.set_cookie("taal", "en", domain="portal.example.org")
    assert "48 people signed up." in client.get("/jaaroverzicht/2026-1").text


@pytest.mark.both_engines
def test_overview_of_a_correction_lists_what_differs(rik, people, romy, report):
    more = Rows(first_number=5_000_000)
    for _ in range(10):
        more.enrol(at("2025-06-01"), region=TWENTE, themes=["stress"])
    more.store()
    correction = actions.correct_report(
        actor_of(people.rik, Role.NATIONAL), report.public_id, reason="Tien late aanmeldingen.", now=wall.now()
    )
    actions.ask_for_check(actor_of(people.rik, Role.NATIONAL), correction.public_id, now=wall.now())
    actions.check_asked(now=wall.now())
    ready = Report.get_by_id(correction.id)
    romys = actor_of(romy, Role.NATIONAL)
    actions.approve(romys, ready.public_id, check=ready.check, now=wall.now())
    actions.lock_report(romys, ready.public_id, is_public=True, now=wall.now())
    page = rik.get("/landelijk/jaaroverzicht/2026-1")
    assert "Tien late aanmeldingen." in page.text
    rows = table(page, "Figures that differ from the version before")
    assert ["In all", "People who signed up", "48", "60"] in rows
    assert ["By region: Twente", "People who signed up", "45", "55"] in rows
    assert not any("Zuid-Limburg" in row[0] for row in rows)
    first = rik.get("/landelijk/jaaroverzicht/2026-1?versie=1")
    assert "48 people signed up." in first.text
    assert "In the first version some numbers stood exactly." in page.text
    assert "In the first version" not in first.text
    for old in (first, rik.get("/jaaroverzicht/2026-1?versie=1")):
        assert "There is a newer version of this overview" in old.text
        assert "Yearly overview 2026-1, version 1" in old.text
        newest = rik.get(next(link for link in old.links if link.endswith("jaaroverzicht/2026-1")))
        assert newest.h1 == page.h1
        assert "Yearly overview 2026-1, version 2" in newest.text
        assert "There is a newer version" not in newest.text
    assert rik.get("/landelijk/jaaroverzicht/2026-1?versie=9").status == 404


@pytest.mark.parametrize("number", ["2026-2", "x", "%00", "2026-1'"])
def test_overview_that_is_not_there(client, report, number):
    assert client.get(f"/jaaroverzicht/{number}").status == 404


def test_overview_costs_few_queries_and_reads_no_other_table(english, report):
    english.get("/jaaroverzicht/2026-1")
    assert english.queries <= 3


def test_preview_is_there_only_after_a_check(rik, people, last_year):
    assert rik.get(page_of(factories.draft_report(people.rik), "/overzicht")).status == 404


# -- files


def test_public_download_as_json_is_the_content_of_which_the_hash_stands_on_the_page(rik, report):
    response = rik.get("/jaaroverzicht/2026-1/cijfers.json").response
    assert hashlib.sha256(response.data).hexdigest() == report.content_hash
    assert report.content_hash in rik.get("/landelijk/jaaroverzicht/2026-1").text
    assert json.loads(response.data)["figures"]["T01"]["value"] == 50


def figures_in_csv(content: bytes) -> dict[str, list[str]]:
    """Every line by its first cell."""
    rows = list(csv.reader(io.StringIO(content.decode("utf-8-sig")), delimiter=";"))
    return {row[0]: [*row[1:6]] for row in rows}


def test_public_download_as_csv_has_the_figures_of_the_page(rik, report):
    response = rik.get("/jaaroverzicht/2026-1/cijfers.csv").response
    assert response.headers["Content-Disposition"] == "attachment; filename=cijfers-2026-1.csv"
    assert response.headers["Content-Type"] == "text/csv; charset=utf-8"
    figures = figures_in_csv(response.data)
    assert figures["T01"] == ["People who signed up", "48", "", "", "1"]
    assert figures["T03"][1:] == ["35", "roughly", "", "1"]
    assert figures["T14"] == ["Quick contact", "at least 89%", "", "35", "1"]
    assert figures["T16"] == ["Not shown up", "0%", "", "35", "1"]
    assert figures["E02"][1:4] == ["7,5", "", "10"]
    assert figures["Twente"][0] == "45"


def test_public_download_as_workbook_has_shares_as_numbers(client, report):
    response = client.flask.get("/jaaroverzicht/2026-1/cijfers.xlsx", base_url="https://portal.example.org")
    sheet = openpyxl.load_workbook(io.BytesIO(response.data)).worksheets[1]
    figures = {row[0].value: row[2:5] for row in sheet.iter_rows()}
    assert [cell.value for cell in figures["T16"]] == [0, None, 35]
    assert figures["T16"][0].number_format == "0%"
    assert [cell.value for cell in figures["T14"]] == ["minstens 89%", None, 35]
    assert [cell.value for cell in figures["T03"]] == [35, "ongeveer", None]


@pytest.mark.parametrize("ending", ["csv", "xlsx", "json"])
def test_download_of_a_public_report_is_the_file_for_everybody(rik, report, ending):
    page = rik.get(f"/landelijk/jaaroverzicht/2026-1/cijfers.{ending}?versie=1")
    assert page.location == f"/jaaroverzicht/2026-1/cijfers.{ending}?versie=1"


@pytest.mark.parametrize("ending", ["csv", "xlsx", "json"])
def test_download_of_another_report_is_to_be_asked_for(rik, report, ending):
    secret = factories.unpublished_copy(report)
    page = rik.get(f"/landelijk/jaaroverzicht/2026-2/cijfers.{ending}")
    assert page.location == f"/landelijk/rapporten/{secret.public_id}/bestand?soort={ending}"
    for path in (page_of(secret), "/landelijk/jaaroverzicht/2026-2"):
        assert "Ask for it as a file, with a reason:" in rik.get(path).text
    for path in (page_of(report), "/landelijk/jaaroverzicht/2026-1"):
        assert "Ask for it as a file" not in rik.get(path).text
    assert rik.get(f"/jaaroverzicht/2026-2/cijfers.{ending}").status == 404


@pytest.mark.parametrize("ending", ["pdf", "html", "exe"])
def test_download_in_another_form_is_not_there(rik, report, ending):
    assert rik.get(f"/landelijk/jaaroverzicht/2026-1/cijfers.{ending}").status == 404


# -- quotes


def test_overview_prints_what_was_approved_for_print_and_nothing_else(english, people, romy, last_year):
    for state, text in ((RemarkState.APPROVED, "Ik slaap weer goed."), (RemarkState.NEW, "Dit las nog niemand.")):
        remark = Remark(
            public_id=text,
            programme=ECZ,
            region=TWENTE,
            closed_month=date(2025, 6, 1),
            question="comment",
            quote_consent=True,
            state=state,
        )
        remark.text, remark.quote = text, text
        remark.save(force_insert=True)
    factories.locked_report(people.rik, romy, choice=LAST_YEAR)
    page = english.get("/jaaroverzicht/2026-1")
    assert "Ik slaap weer goed." in page.text
    assert "Dit las nog niemand." not in page.html


def test_overview_of_nobody_says_so_and_draws_nothing(rik, people, db):
    report = factories.checked_report(people.rik, choice=LAST_YEAR)
    page = rik.get(page_of(report, "/overzicht"))
    assert "Nobody signed up in this period." in page.text
    assert all(page.by_id(anchor) is None for anchor in ("where", "when", "what", "who", "found", "help"))


def test_everybody_finds_the_newest_public_report(english, people, romy, last_year):
    assert "Yearly overview" not in english.get("/over").text
    for year, is_public in (("2024", True), ("2025", True), ("2023", False)):
        factories.locked_report(people.rik, romy, choice=f"ecz:{year}", is_public=is_public)
    page = english.get("/over")
    assert english.get(page.link("Yearly overview: Extra coaching voor de zorg, 2025")).status == 200


def test_a_closed_list_of_periods_says_which_programme(rik):
    assert "Sterk in je werk: 2025" in rik.get(MAKE).text


def test_overview_says_why_it_shows_no_regions(english, people, romy, db):
    """Seven people are too few to tell where they come from."""
    rows = Rows()
    for number in range(7):
        rows.enrol(at("2025-06-01"), person=rows.person(), region=ZUID_LIMBURG if number < 3 else TWENTE)
    rows.store()
    factories.locked_report(people.rik, romy, choice=LAST_YEAR)
    page = english.get("/jaaroverzicht/2026-1")
    assert "We do not show these people by region" in page.text
    assert "People who signed up, by region" not in page.text
