"""The page of national staff: sending in, watching, what is wrong, loading; and who may not."""

import io

import pytest

from portal import clock as times
from portal.enrolments.models import Enrolment
from portal.imports import actions, views
from portal.imports.models import Upload
from portal.imports.rules import LARGEST_UPLOAD, LoadStatus
from portal.web import LARGEST_BODY
from tests import factories
from tests.imports import files

START = "/landelijk/import"
GOOD = files.files(coaches={}, enrolments={"first_name": "Kanarie"})
WRONG = files.files(enrolments=[{"ref": f"e{n}", "programme": "Kanarie"} for n in range(60)])


@pytest.fixture
def rik(client, people):
    return client.sign_in(people.rik)


def send(browser, made=GOOD, *, htmx: bool = False):
    form = browser.get(START).form(START)
    sent = [(io.BytesIO(content), str(name)) for name, content in made.items()]
    return browser.post(START, {**form.fields, "files": sent}, htmx=htmx)


def work() -> None:
    actions.carry_out(at=times.now)


def where() -> str:
    return f"{START}/{Upload.get().public_id}"


def test_start_takes_the_files_and_goes_on_to_how_far_it_is(rik):
    page = send(rik)
    assert (page.status, page.location) == (303, where())
    page = rik.get(where())
    assert "We controleren de bestanden" in page.text
    assert 'hx-trigger="every 2s"' in page.html
    assert '<noscript><meta http-equiv="refresh" content="5"></noscript>' in page.html


def test_start_says_at_the_field_what_is_wrong_with_the_files(rik):
    page = rik.submit(rik.get(START), START)
    assert page.status == 422
    assert "Kies de bestanden." in page.text
    form = rik.get(START).form(START)
    page = rik.post(START, {**form.fields, "files": [(io.BytesIO(b"x"), "deelnemers.csv")]}, htmx=True)
    assert page.status == 422
    assert "geen van de zes bestanden" in page.text
    assert "<html" not in page.html
    assert Upload.select().count() == 0


LARGE = files.files(enrolments=[{"ref": f"e{n}", "last_name": "x" * 90} for n in range(3000)])


def test_start_takes_much_of_national_staff_only(rik, client, people, app):
    assert LARGEST_BODY < sum(map(len, LARGE.values())) < LARGEST_UPLOAD
    assert send(rik, LARGE).status == 303
    sent = [(io.BytesIO(content), str(name)) for name, content in LARGE.items()]
    wilma = type(client)(app).sign_in(people.wilma)
    answer = wilma.flask.post(START, data={"files": sent}, base_url="https://portal.example.org")
    assert answer.status_code >= 400
    assert Upload.select().count() == 1


def test_start_takes_no_more_than_its_most(rik, app, monkeypatch):
    monkeypatch.setattr(app.view_functions["imports.start"], "largest_body", LARGEST_BODY)
    assert send(rik, LARGE).status >= 400
    assert Upload.select().count() == 0


def test_show_loads_what_was_checked(rik):
    send(rik)
    work()
    page = rik.get(where())
    assert "Gecontroleerd, nog niets ingelezen" in page.text
    assert "Kanarie" not in page.html
    page = rik.submit(page, where(), button="Inlezen")
    assert "We lezen de bestanden in" in page.text
    work()
    assert "Alles staat erin" in rik.get(where()).text
    assert Enrolment.select().count() == 1


def test_show_drops_what_is_not_wanted(rik):
    send(rik)
    work()
    page = rik.submit(rik.get(where()), where(), button="Niet inlezen")
    assert "Er is niets ingelezen" in page.text
    assert (Upload.get().status, Enrolment.select().count()) == (LoadStatus.DROPPED, 0)


def test_show_says_when_somebody_else_was_first(rik):
    send(rik)
    work()
    page = rik.get(where())
    Upload.update(status=LoadStatus.DROPPED).execute()
    page = rik.submit(page, where(), button="Inlezen")
    assert page.status == 409
    assert "wacht niet meer op inlezen" in page.text


def test_show_gives_htmx_the_state_alone(rik):
    send(rik)
    page = rik.get(where(), htmx=True)
    assert page.html.strip().startswith('<div id="upload_state"')


def test_show_lists_the_first_mistakes_and_never_what_stood_there(rik):
    send(rik, WRONG)
    work()
    page = rik.get(where())
    assert "Er zijn 60 fouten." in page.text
    assert page.html.count("<tr>") == views.SHOWN + 1
    assert "Kanarie" not in page.html


def test_problems_are_all_in_the_file_to_download(rik):
    send(rik, WRONG)
    work()
    answer = rik.flask.get(f"{where()}/fouten.csv", base_url="https://portal.example.org")
    lines = answer.data.decode("utf-8-sig").splitlines()
    assert answer.headers["Content-Disposition"] == 'attachment; filename="fouten.csv"'
    assert lines[0] == "Bestand;Regel;Kolom;Wat klopt er niet"
    assert lines[1] == "enrolments.csv;2;programme;Dit is geen van de codes. Gebruik: sijw, ecz."
    assert len(lines) == 61


@pytest.mark.parametrize("address", [START, f"{START}/nergens", f"{START}/nergens/fouten.csv"])
@pytest.mark.parametrize("name", ["noor", "bram", "wilma", "fay", "oscar"])
def test_start_show_and_problems_are_for_national_staff(client, people, address, name):
    assert client.sign_in(getattr(people, name)).get(address).status == 403


def test_show_of_what_is_not_there_is_not_there(rik):
    assert rik.get(f"{START}/nergens").status == 404
    assert rik.get(f"{START}/nergens/fouten.csv").status == 404


def test_anonymous_signs_in_first(client):
    assert client.get(START).location.startswith("/inloggen")


def test_start_lists_what_was_sent_in(rik, people):
    factories.sent_in(people.rik)
    page = rik.get(START)
    assert "Er staan fouten in, niets ingelezen" in page.text
    assert "Rik de Vries" in page.text
