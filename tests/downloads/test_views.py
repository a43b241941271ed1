"""Files that staff ask for: with a reason, after a fresh second step, for themselves only, for a day."""

import csv
import hashlib
import io
from datetime import timedelta

import pyotp
import pytest

from portal import crypto
from portal.access import Role
from portal.accounts.models import Account, Grant
from portal.audit import AuditEntry, Deed
from portal.db import database
from portal.downloads import actions, queries
from portal.downloads.models import Download
from portal.downloads.rules import Form, NoSuchYear, NotOffered, ReasonTooShort, State, Subject
from portal.exports.sheets import MEDIA_TYPES
from portal.programmes.codes import ProgrammeCode
from portal.second_factor import actions as second_factor
from portal.second_factor.models import Authenticator
from portal.yearly import files
from portal.yearly.models import Report
from tests import factories
from tests.conftest import START
from tests.factories import TWENTE, ZUID_LIMBURG, actor_of
from tests.page import BASE, Client

pytestmark = pytest.mark.usefixtures("clock")
PAGE = "/bestanden"
WHY = "Om mensen terug te bellen"
SOON = timedelta(minutes=1)


@pytest.fixture
def wilma(client, people):
    return client.sign_in(people.wilma)


def ask(actor, **changed):
    values = {"subject": Subject.ENROLMENTS, "form": Form.CSV, "programme": ProgrammeCode.SIJW, "year": "2026"}
    return actions.ask(actor, **{**values, "region": TWENTE, "reason": WHY, "now": START, **changed})


# -- asking


def test_list_own_asks_for_a_file_that_the_worker_makes(wilma, people):
    factories.signed_up("Fatima", email="f@example.org", region=TWENTE, last_name="=HYPERLINK()")
    page = wilma.submit(wilma.get(PAGE), subject="enrolments", form="csv", reason=WHY)
    assert page.url.endswith(PAGE)
    assert "Wordt gemaakt" in page.text
    assert actions.make_asked(now=START) == 1
    page = wilma.get(PAGE)
    file = Download.get()
    answer = wilma.flask.get(page.link("Ophalen"), base_url=BASE)
    assert answer.headers["Content-Type"] == "text/csv; charset=utf-8"
    assert answer.headers["Content-Disposition"] == "attachment; filename=bestand-2026-03-02.csv"
    assert answer.headers["Cache-Control"] == "no-store"
    rows = list(csv.reader(io.StringIO(answer.data.decode("utf-8-sig")), delimiter=";"))
    assert rows[0] == ["Aangemeld op", "Voornaam", "Achternaam", "Postcode", "Status", "Sinds"]
    assert ["Fatima", "'=HYPERLINK()"] in [row[1:3] for row in rows]
    assert len({len(row) for row in rows}) == 1
    assert [entry.event for entry in AuditEntry.select().where(AuditEntry.subject_table == "download")] == [
        "download.asked",
        "download.fetched",
    ]
    assert AuditEntry.get(event="download.fetched").deed == Deed.READ
    assert (file.reason, file.account_id) == (WHY, people.wilma.id)


@pytest.mark.parametrize(
    ("asked", "name"),
    [
        ({}, "bestand-2026-03-02.csv"),
        ({"subject": Subject.REGION_FIGURES}, "cijfers-sijw-twente-2026.csv"),
        ({"subject": Subject.REGION_FIGURES, "region": "RA1428"}, "cijfers-sijw-zuid-limburg-2026.csv"),
        ({"subject": Subject.NATIONAL_FIGURES, "region": None, "year": "2025"}, "cijfers-sijw-nederland-2025.csv"),
    ],
)
def test_the_name_of_a_file_says_which_figures_it_holds_and_nothing_of_a_list(people, asked, name):
    values = {"subject": Subject.ENROLMENTS, "form": Form.CSV, "programme": ProgrammeCode.SIJW, "year": "2026"}
    assert queries.file_name(Download(**{**values, "region": TWENTE, "asked_at": START, **asked})) == name


def test_list_own_wants_a_reason(wilma):
    page = wilma.submit(wilma.get(PAGE), reason="lijst")
    assert page.status == 422
    assert "Zeg in een zin waar je dit bestand voor nodig hebt." in page.text
    assert Download.select().count() == 0


def test_list_own_offers_what_the_role_may_have(wilma, app, people):
    assert wilma.get(PAGE).by_id("region") is not None
    page = Client(app).sign_in(people.rik).get(PAGE)
    assert page.by_id("region") is None
    assert "met namen" not in page.text


@pytest.mark.parametrize(("who", "status"), [("noor", 403), ("bram", 403), ("fay", 403), ("rik", 200), ("otto", 200)])
def test_list_own_is_for_region_admins_and_national_staff(client, people, who, status):
    assert client.sign_in(getattr(people, who)).get(PAGE).status == status


def test_list_own_asks_to_sign_in(client):
    assert client.get(PAGE).location == "/inloggen"


def test_list_own_comes_as_a_block_for_htmx(wilma):
    page = wilma.get(PAGE, htmx=True)
    assert "<html" not in page.html
    assert page.by_id("download_form") is not None


def test_list_own_costs_the_same_for_one_file_and_for_three(wilma, people):
    factories.file_of(people.wilma, TWENTE)
    wilma.get(PAGE)
    one = wilma.queries
    for _ in range(2):
        factories.file_of(people.wilma, TWENTE)
    wilma.get(PAGE)
    assert wilma.queries == one


@pytest.mark.parametrize(
    ("role", "changed"),
    [
        (Role.REGION_ADMIN, {"region": ZUID_LIMBURG}),
        (Role.REGION_ADMIN, {"subject": Subject.NATIONAL_FIGURES}),
        (Role.NATIONAL, {"subject": Subject.ENROLMENTS}),
        (Role.REGION_STAFF, {}),
        (Role.REGION_ADMIN, {"region": None}),
    ],
)
def test_nobody_asks_for_what_is_not_theirs(people, role, changed):
    with pytest.raises(NotOffered):
        ask(actor_of(people.wilma, role, TWENTE), **changed)
    with pytest.raises(ReasonTooShort):
        ask(actor_of(people.wilma, Role.REGION_ADMIN, TWENTE), reason="  lijst    ")


# -- the second step


def test_list_own_wants_a_second_step_of_at_most_ten_minutes(app, client, people, clock):
    made = second_factor.prepare(actor_of(people.wilma, Role.REGION_ADMIN))
    Authenticator.update(confirmed_at=START).where(Authenticator.id == made.id).execute()
    wilma = client.sign_in(people.wilma)
    clock.move_to(START + timedelta(minutes=10))
    assert wilma.get(PAGE).status == 200
    clock.move_to(START + timedelta(minutes=10, seconds=1))
    assert wilma.get("/bestanden/iets").location == "/mijn-inlog/bevestig"
    page = wilma.get(PAGE)
    assert page.location == "/mijn-inlog/bevestig"
    wrong = wilma.submit(wilma.get(page.location), code="000000")
    assert wrong.status == 422
    right = pyotp.TOTP(made.secret).at(START + timedelta(minutes=10, seconds=1))
    assert wilma.submit(wilma.get(page.location), code=right).url.endswith(PAGE)
    assert wilma.get(PAGE).status == 200


# -- fetching


def test_fetch_is_for_who_asked_only(app, people):
    file = factories.file_of(people.wilma, TWENTE)
    colleague = factories.account("Willem", Role.REGION_ADMIN, TWENTE)
    assert Client(app).sign_in(people.wilma).flask.get(f"{PAGE}/{file.public_id}", base_url=BASE).status_code == 200
    for account in (colleague, people.otto, people.rik):
        assert Client(app).sign_in(account).get(f"{PAGE}/{file.public_id}").status == 404


def test_fetch_ends_with_the_work_for_the_region(app, people):
    file = factories.file_of(people.otto, TWENTE)
    assert Client(app).sign_in(people.otto).get(f"{PAGE}/{file.public_id}").status == 404


@pytest.mark.both_engines
def test_fetch_ends_after_a_day_and_the_content_is_gone(app, wilma, people, clock):
    file = factories.file_of(people.wilma, TWENTE)
    assert actions.wipe_old(now=START + timedelta(hours=24) - SOON) == 0
    clock.move_to(START + timedelta(hours=24))
    client = Client(app).sign_in(people.wilma)
    assert client.get(f"{PAGE}/{file.public_id}").status == 404
    assert "Gewist" in client.get(PAGE).text
    assert actions.wipe_old(now=START + timedelta(hours=24)) == 1
    wiped = Download.get()
    assert (wiped.state, wiped.content_sealed) == (State.WIPED, None)


def test_fetch_of_what_is_still_being_made_is_not_there(wilma, people):
    made = ask(actor_of(people.wilma, Role.REGION_ADMIN, TWENTE))
    assert wilma.get(f"{PAGE}/{made.public_id}").status == 404


def test_what_is_in_a_file_is_sealed(people):
    factories.signed_up("Fatima", email="f@example.org", region=TWENTE)
    file = factories.file_of(people.wilma, TWENTE)
    stored = database.execute_sql("SELECT reason_sealed, content_sealed FROM download").fetchone()
    assert all(b"Fatima" not in bytes(value) and b"bellen" not in bytes(value) for value in stored)
    file.public_id = "another"
    with pytest.raises(crypto.SealBroken):
        assert file.content


# -- a report that is not public


@pytest.fixture
def report(people):
    return factories.locked_report(people.rik, factories.account("Romy", Role.NATIONAL), is_public=False)


def of_report(report: Report) -> str:
    return f"/landelijk/rapporten/{report.public_id}/bestand"


@pytest.mark.parametrize("kind", ["csv", "xlsx", "json"])
def test_of_report_asks_for_the_file_that_everybody_gets_of_a_public_one(client, people, report, kind):
    rik = client.sign_in(people.rik)
    page = rik.get(f"/landelijk/jaaroverzicht/{report.number}/cijfers.{kind}")
    page = rik.submit(rik.get(page.location), reason=WHY)
    assert page.url.endswith(PAGE)
    assert "Rapport 2026-1, versie 1" in page.text
    assert actions.make_asked(now=START) == 1
    answer = rik.flask.get(rik.get(PAGE).link("Ophalen"), base_url=BASE)
    assert answer.headers["Content-Disposition"] == f"attachment; filename=cijfers-2026-1.{kind}"
    assert answer.headers["Content-Type"] == MEDIA_TYPES[kind]
    same = files.written(report, kind)
    assert answer.data == same or kind == "xlsx"
    if kind == "json":
        assert hashlib.sha256(answer.data).hexdigest() == report.content_hash
    asked, fetched = AuditEntry.select().where(AuditEntry.subject_table == "download").order_by(AuditEntry.id)
    assert (asked.event, asked.detail) == ("download.asked", f"report {kind} 2026-1 1")
    assert (fetched.event, fetched.deed) == ("download.fetched", Deed.READ)
    assert Download.get().reason == WHY


def test_of_report_wants_a_reason(client, people, report):
    rik = client.sign_in(people.rik)
    page = rik.submit(rik.get(of_report(report)), reason="cijfers", form="csv")
    assert page.status == 422
    assert "Zeg in een zin waar je dit bestand voor nodig hebt." in page.text
    assert Download.select().count() == 0


def test_of_report_wants_a_second_step_of_at_most_ten_minutes(client, people, report, clock):
    rik = client.sign_in(people.rik)
    page = rik.get(of_report(report))
    clock.move_to(START + timedelta(minutes=10, seconds=1))
    assert rik.get(of_report(report)).location == "/mijn-inlog/bevestig"
    rik.submit(page, reason=WHY)
    assert Download.select().count() == 0


def test_of_report_is_for_national_staff(app, people, report):
    for account in (people.noor, people.bram, people.wilma, people.fay):
        assert Client(app).sign_in(account).get(of_report(report)).status == 403
    assert Client(app).get(of_report(report)).location == "/inloggen"
    assert Client(app).sign_in(people.rik).get("/landelijk/rapporten/bestaat-niet/bestand").status == 404


def test_of_report_comes_as_a_block_for_htmx(client, people, report):
    page = client.sign_in(people.rik).get(of_report(report), htmx=True)
    assert "<html" not in page.html
    assert page.by_id("report_form") is not None


@pytest.mark.parametrize("year", ["2018", "2199", "2025-01"])
def test_a_year_that_the_programme_does_not_know_is_refused(people, year):
    """Sterk in je werk began earlier, so its years are on offer too."""
    admin = actor_of(people.wilma, Role.REGION_ADMIN, TWENTE)
    with pytest.raises(NoSuchYear):
        ask(admin, subject=Subject.REGION_FIGURES, programme=ProgrammeCode.ECZ, year=year)
    assert Download.select().count() == 0


def test_of_report_leads_to_the_report_while_there_is_nothing_to_ask_for(client, people):
    draft = factories.draft_report(people.rik)
    assert client.sign_in(people.rik).get(of_report(draft)).location == f"/landelijk/rapporten/{draft.public_id}"


def test_a_report_is_asked_for_as_long_as_it_is_locked_and_not_public(people, report):
    rik, open_one = actor_of(people.rik, Role.NATIONAL), factories.draft_report(people.rik, choice="sijw:2024")
    values = {"form": Form.CSV, "reason": WHY, "now": START}
    for actor, asked in ((rik, open_one), (actor_of(people.wilma, Role.REGION_ADMIN, TWENTE), report)):
        with pytest.raises(NotOffered):
            actions.ask_for_report(actor, report=asked, **values)
    with pytest.raises(ReasonTooShort):
        actions.ask_for_report(rik, report=report, **{**values, "reason": "kort"})
    with pytest.raises(NotOffered):
        ask(rik, subject=Subject.REPORT)
    assert actions.ask_for_report(rik, report=report, **values).report == report


@pytest.mark.both_engines
def test_fetch_of_a_report_is_for_who_asked_only_and_ends_after_a_day(app, people, report, clock):
    rik = actor_of(people.rik, Role.NATIONAL)
    made = actions.ask_for_report(rik, report=report, form=Form.CSV, reason=WHY, now=START)
    actions.make_asked(now=START)
    address = f"{PAGE}/{made.public_id}"
    romy = Account.get(Account.first_name == "Romy")
    assert Client(app).sign_in(people.rik).flask.get(address, base_url=BASE).status_code == 200
    assert Client(app).sign_in(romy).get(address).status == 404
    clock.move_to(START + timedelta(hours=24))
    assert Client(app).sign_in(people.rik).get(address).status == 404
    actions.wipe_old(now=START + timedelta(hours=24))
    assert Download.get().content_sealed is None


def test_fetch_ends_with_the_role(app, people, report):
    made = actions.ask_for_report(
        actor_of(people.rik, Role.NATIONAL), report=report, form=Form.CSV, reason=WHY, now=START
    )
    actions.make_asked(now=START)
    assert "Rapport 2026-1" in Client(app).sign_in(people.rik).get(PAGE).text
    Grant.update(role=Role.REGION_ADMIN, region=TWENTE).where(Grant.account == people.rik).execute()
    rik = Client(app).sign_in(people.rik)
    assert rik.get(f"{PAGE}/{made.public_id}").status == 404
    assert "Rapport 2026-1" not in rik.get(PAGE).text


# -- what is in it


@pytest.mark.parametrize("form", list(Form))
@pytest.mark.parametrize("subject", [Subject.REGION_FIGURES, Subject.NATIONAL_FIGURES])
def test_figures_are_protected(app, people, form, subject):
    factories.signed_up("Fatima", email="f@example.org", region=TWENTE)
    who, role = (
        (people.rik, Role.NATIONAL) if subject == Subject.NATIONAL_FIGURES else (people.wilma, Role.REGION_ADMIN)
    )
    made = ask(actor_of(who, role, TWENTE), subject=subject, form=form)
    actions.make_asked(now=START)
    answer = Client(app).sign_in(who).flask.get(f"{PAGE}/{made.public_id}", base_url=BASE)
    assert answer.status_code == 200
    if form != Form.XLSX:
        assert "minder dan 10 mensen" in answer.get_data(as_text=True)


def test_one_file_that_cannot_be_made_does_not_hold_up_the_others(people):
    actor = actor_of(people.wilma, Role.REGION_ADMIN, TWENTE)
    broken, fine = ask(actor, subject=Subject.REGION_FIGURES), ask(actor)
    Download.update(year="18").where(Download.id == broken.id).execute()
    Download.update(region=None).where(Download.id == broken.id).execute()
    actions.make_asked(now=START)
    assert [Download.get_by_id(row.id).state for row in (broken, fine)] == [State.FAILED, State.READY]
