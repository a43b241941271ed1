"""The directory for coaches, and the pages on which it is kept."""

from datetime import date, timedelta

import pytest

from portal.destinations.models import Backup, Destination
from portal.programmes.codes import DestinationClass
from tests import factories
from tests.conftest import START
from tests.factories import TWENTE, ZUID_LIMBURG
from tests.statements import counted

DIRECTORY, KEPT, DUTY = "/coach/wegwijzer", "/wegwijzer", "/wegwijzer/achterwacht"
FILLED_IN = {"name": "De Brug", "destination_class": "trauma", "region": TWENTE, "phone": "053 123 4567"}


@pytest.fixture
def bram(client, people):
    return client.sign_in(people.bram)


@pytest.fixture
def wilma(client, people):
    return client.sign_in(people.wilma)


# -- directory


def test_directory_has_urgent_help_first_then_the_backup_and_the_two_questions(bram):
    factories.destination()
    factories.backup()
    factories.backup(ZUID_LIMBURG, name="Iemand anders")
    page = bram.get(DIRECTORY)
    assert page.status == 200
    order = ["Is er nu gevaar?", "Anja Achterwacht", "Coachvraag", "Praktijk De Brug"]
    assert sorted(order, key=page.text.index) == order
    assert {"tel:112", "tel:113", "tel:08000113", "tel:0537654321", "tel:0531234567"} <= set(page.links)
    assert "Iemand anders" not in page.text


def test_directory_speaks_english_about_urgent_help(bram):
    bram.flask.set_cookie("taal", "en", domain="portal.example.org")
    words = {"for_what": "Direct gevaar voor iemand.", "how_in": "Bel samen en blijf erbij."}
    factories.destination("112", region=None, destination_class=DestinationClass.URGENT, **words)
    page = bram.get(DIRECTORY)
    assert "Immediate danger for somebody. Call together and stay with them." in page.text
    assert "Bel samen" not in page.text


def test_directory_says_when_nobody_is_on_duty(bram):
    assert "niemand achterwacht" in bram.get(DIRECTORY).text


@pytest.mark.parametrize(
    ("checked_on", "words"),
    [
        (None, "Nog niet gecontroleerd"),
        (date(2025, 9, 2), "Lang geleden gecontroleerd: 2 september 2025"),
        (date(2025, 9, 3), "Gecontroleerd op 3 september 2025"),
    ],
)
def test_directory_marks_what_cannot_be_trusted(bram, checked_on, words):
    factories.destination(checked_on=checked_on)
    assert words in bram.get(DIRECTORY).text


def test_directory_shows_one_kind_of_help(bram):
    factories.destination()
    factories.destination("Arbo", destination_class=DestinationClass.WORK)
    page = bram.get(f"{DIRECTORY}?soort=work")
    assert "Arbo" in page.text
    assert "De Brug" not in page.text
    for anything in ("?soort=life", "?soort=onbekend"):
        assert bram.get(f"{DIRECTORY}{anything}").status == 200
    block = bram.get(f"{DIRECTORY}?soort=work", htmx=True)
    assert block.html.strip().startswith('<div id="places"')


def test_directory_shows_nothing_of_another_region(bram):
    factories.destination("Ver weg", region=ZUID_LIMBURG)
    assert "Ver weg" not in bram.get(DIRECTORY).text


def test_directory_takes_as_many_queries_for_three_places(bram):
    factories.destination()
    bram.get(DIRECTORY)
    one = counted(lambda: bram.get(DIRECTORY))
    factories.destination("Twee")
    factories.destination("Drie")
    assert counted(lambda: bram.get(DIRECTORY)) == one


# -- kept


def test_kept_asks_to_check_what_is_stale(wilma):
    factories.destination(checked_on=date(2025, 1, 1))
    factories.destination("Nog goed")
    factories.destination("Landelijk", region=None, checked_on=None)
    page = wilma.get(KEPT)
    assert "Te controleren: 1 plek" in page.text
    assert "Nog goed" in page.text
    assert "Landelijk" not in page.text


def test_kept_of_the_national_coordinator_has_those_of_the_country(client, people):
    factories.destination()
    factories.destination("Landelijk", region=None)
    page = client.sign_in(people.rik).get(KEPT)
    assert "Landelijk" in page.text
    assert "De Brug" not in page.text
    assert DUTY not in page.links


def test_kept_without_places_says_what_to_do(wilma):
    assert "Nog geen plekken" in wilma.get(KEPT).text


# -- add, change


def test_add_stores_it_and_goes_back_to_the_list(wilma):
    page = wilma.get(f"{KEPT}/nieuw")
    sent = wilma.submit(page, f"{KEPT}/nieuw", follow=False, **FILLED_IN, checked="y", usual_days="3")
    assert (sent.status, sent.location) == (303, KEPT)
    place = Destination.get()
    assert (place.name, place.region_id, place.checked_on, place.usual_days) == ("De Brug", TWENTE, START.date(), 3)


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"name": ""}, "name"),
        ({"phone": ""}, "how_in"),
        ({"phone": "bel maar"}, "phone"),
        ({"website": "www"}, "website"),
        ({"email": "geen adres"}, "email"),
        ({"usual_days": "drie"}, "usual_days"),
        ({"usual_days": "999"}, "usual_days"),
        ({"region": ZUID_LIMBURG}, "region"),
        ({"region": ""}, "region"),
    ],
)
def test_add_shows_a_broken_rule_at_its_field(wilma, changes, field):
    page = wilma.submit(wilma.get(f"{KEPT}/nieuw"), f"{KEPT}/nieuw", **{**FILLED_IN, **changes})
    assert page.status == 422
    assert page.text_of(f"{field}-error")
    assert Destination.select().count() == 0


def test_change_stores_what_is_known_now(wilma):
    place = factories.destination()
    path = f"{KEPT}/{place.public_id}"
    sent = wilma.submit(wilma.get(path), path, follow=False, hours="Op werkdagen")
    assert (sent.status, sent.location) == (303, KEPT)
    assert (Destination.get().hours, Destination.get().email) == ("Op werkdagen", "aanmelden@brug.example.org")


def test_change_by_two_shows_the_second_what_is_stored(wilma):
    place = factories.destination()
    path = f"{KEPT}/{place.public_id}"
    page = wilma.get(path)
    wilma.submit(page, path, follow=False, hours="Op werkdagen")
    late = wilma.submit(page, path, hours="Altijd")
    assert late.status == 409
    assert "Op werkdagen" in late.text
    assert late.form(path).fields["hours"] == ["Altijd"]
    assert wilma.submit(late, path, follow=False).status == 303
    assert Destination.get().hours == "Altijd"


def test_change_with_htmx_gets_the_block(wilma):
    place = factories.destination()
    path = f"{KEPT}/{place.public_id}"
    block = wilma.submit(wilma.get(path), path, htmx=True, name="")
    assert block.status == 422
    assert block.html.strip().startswith('<form id="destination_form"')


def test_change_tells_all_that_is_wrong_at_once(wilma):
    path = f"{KEPT}/{factories.destination().public_id}"
    wrong = {"name": "", "phone": "abc", "website": "javascript:alert(1)", "email": "geen", "usual_days": "drie"}
    page = wilma.submit(wilma.get(path), path, **wrong)
    assert page.status == 422
    for field in wrong:
        assert page.text_of(f"{field}-error"), field


# -- confirm, retire


def test_confirm_makes_it_fresh(wilma):
    place = factories.destination(checked_on=None)
    path = f"{KEPT}/{place.public_id}/klopt"
    page = wilma.submit(wilma.get(KEPT), path)
    assert "is vandaag gecontroleerd" in page.text
    assert Destination.get().checked_on == START.date()


def test_retire_asks_first(wilma):
    place = factories.destination()
    path = f"{KEPT}/{place.public_id}/vervalt"
    page = wilma.get(path)
    assert Destination.get().retired_at is None
    assert wilma.submit(page, path, follow=False).location == KEPT
    assert Destination.get().retired_at == START


# -- backups


def test_backups_lists_who_is_on_duty_and_adds_somebody(wilma):
    factories.backup(first_day=START.date() - timedelta(days=9), last_day=START.date() - timedelta(days=1), name="Oud")
    page = wilma.get(DUTY)
    assert "Oud" not in page.text
    days = {"first_day": "2-3-2026", "last_day": "8-3-2026"}
    sent = wilma.submit(page, DUTY, region=TWENTE, name="Anja", phone="053 765 4321", **days)
    assert "Anja" in sent.text
    assert Backup.select().where(Backup.name == "Anja").count() == 1


def test_backups_shows_a_broken_rule_at_its_field(wilma):
    filled_in = {"region": TWENTE, "name": "Anja", "phone": "053 765 4321", "first_day": "2-3-2026"}
    for last_day in ("1-3-2026", ""):
        page = wilma.submit(wilma.get(DUTY), DUTY, **filled_in, last_day=last_day)
        assert page.status == 422
        assert page.text_of("last_day-error")
    assert Backup.select().count() == 0


def test_backups_says_who_is_on_duty_on_the_same_days(wilma):
    factories.backup(ZUID_LIMBURG, name="Ver weg")
    first = {"region": TWENTE, "name": "Anja", "phone": "053 765 4321", "first_day": "2-3-2026", "last_day": "8-3-2026"}
    assert "ook" not in wilma.submit(wilma.get(DUTY), DUTY, **first).text_of("flash")
    after = {**first, "name": "Bart", "first_day": "9-3-2026", "last_day": "15-3-2026"}
    assert "ook" not in wilma.submit(wilma.get(DUTY), DUTY, **after).text_of("flash")
    both = {**first, "name": "Carla", "first_day": "8-3-2026", "last_day": "9-3-2026"}
    assert "Anja, Bart" in wilma.submit(wilma.get(DUTY), DUTY, **both).text_of("flash")


def test_backups_tells_all_that_is_wrong_at_once(wilma):
    filled_in = {"region": TWENTE, "name": "Anja", "phone": "geen", "first_day": "9-3-2026", "last_day": "8-3-2026"}
    page = wilma.submit(wilma.get(DUTY), DUTY, **filled_in)
    assert page.status == 422
    assert page.text_of("phone-error")
    assert page.text_of("last_day-error")


def test_remove_backup_removes_it(wilma):
    made = factories.backup()
    page = wilma.submit(wilma.get(DUTY), f"{DUTY}/{made.public_id}/weg")
    assert "is geen achterwacht meer" in page.text
    assert Backup.select().count() == 0


# -- who may


@pytest.mark.parametrize("part", ["", "/klopt", "/vervalt"])
def test_change_and_what_belongs_to_it_are_not_there_for_another_region(client, people, part):
    place = factories.destination()
    client.sign_in(people.otto)
    own = client.get(KEPT).form("/uitloggen").fields["csrf_token"]
    assert client.post(f"{KEPT}/{place.public_id}{part}", {"csrf_token": own, **FILLED_IN}).status == 404
    assert Destination.get().version == 1
    assert Destination.get().retired_at is None


def test_remove_backup_is_not_there_for_another_region(client, people):
    made = factories.backup()
    client.sign_in(people.otto)
    own = client.get(KEPT).form("/uitloggen").fields["csrf_token"]
    assert client.post(f"{DUTY}/{made.public_id}/weg", {"csrf_token": own}).status == 404
    assert Backup.select().count() == 1


@pytest.mark.parametrize(
    ("path", "may"), [(DIRECTORY, {"bram"}), (KEPT, {"wilma", "rik"}), (f"{KEPT}/nieuw", {"wilma", "rik"})]
)
def test_kept_and_directory_are_for_their_own_roles(client, people, path, may):
    for who in ("noor", "bram", "wilma", "rik", "fay", "oscar"):
        assert client.sign_in(getattr(people, who)).get(path).status == (200 if who in may else 403)


@pytest.mark.parametrize("path", [DIRECTORY, KEPT, f"{KEPT}/nieuw", DUTY])
def test_kept_and_directory_ask_a_stranger_to_sign_in(client, path):
    assert client.get(path).location == "/inloggen"


@pytest.mark.parametrize("part", ["klopt"])
def test_confirm_takes_no_get(wilma, part):
    place = factories.destination()
    assert wilma.get(f"{KEPT}/{place.public_id}/{part}").status == 405
