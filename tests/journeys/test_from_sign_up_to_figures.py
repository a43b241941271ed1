"""The whole story, through real pages and real mails: from the first invitation to the figures of the country."""

import json
import re
from collections.abc import Callable
from datetime import timedelta
from email.message import EmailMessage

import icalendar
import pytest
from playwright.sync_api import expect

from portal import clock
from tests.journeys.person import Person
from tests.live import Portal, link_in, text_of

pytestmark = pytest.mark.browser

TWENTE = "RA0205"
BLOCK_MOMENTS = ["starts_at", "ends_at", "block_starts_at", "block_ends_at"]
# What nobody who sees the mailbox of somebody else may read from it.
BETRAYS = re.compile(r"coach|loopbaan|mentaal|trauma|zorg", re.IGNORECASE)


def test_from_the_first_invitation_to_the_figures(portal: Portal, somebody: Callable[[str], Person]) -> None:
    wilma, bram, noor, rik = map(somebody, ("Wilma", "Bram", "Noor", "Rik"))
    the_operator_invites(portal, wilma, "region_admin", region=TWENTE)
    wilma.accepts_invitation("Nijhuis")
    a_coach_comes(wilma, bram)
    the_certificate_is_checked(wilma, bram)
    somebody_signs_up(noor)
    confirms(noor)
    chooses_a_coach_and_books(noor, bram)
    moves_by_the_link_in_the_mail(noor, bram)
    the_talk_took_place(portal, bram)
    bram_refers_plans_and_closes(bram, noor)
    evaluates(portal, noor)
    the_region_sees(portal, wilma)
    the_operator_invites(portal, rik, "national")
    rik.accepts_invitation("de Haan")
    the_country_sees(portal, rik)


# -- a coach exists


def the_operator_invites(portal: Portal, person: Person, role: str, *, region: str | None = None) -> None:
    place = ["--region", region] if region else []
    portal.flask("accounts", "invite", "--role", role, "--email", person.address, *place)


def a_coach_comes(wilma: Person, bram: Person) -> None:
    wilma.opens("/regio/coaches")
    wilma.follows("Nodig een coach uit")
    wilma.fills_in("E-mailadres", bram.address)
    wilma.ticks("Twente")
    wilma.presses("Verstuur de uitnodiging")
    wilma.is_told("De uitnodiging is onderweg.")
    bram.accepts_invitation("Verhagen")
    fills_in_a_profile(bram)
    keeps_hours(bram)


def fills_in_a_profile(bram: Person) -> None:
    bram.sees_title("Mijn profiel")
    bram.fills_in("Wie ben je, in één zin?", "Was zelf verpleegkundige. Nuchter en warm.")
    bram.ticks("Stress herkennen en ermee omgaan", "Wat kan ik en wat wil ik", "Een andere taak of functie")
    bram.ticks("Verpleging, verzorging en thuiszorg", "Sterk in je werk", "Telefoon", "Online", "Twente")
    bram.fills_in("Je link om online te praten", "https://beeldbellen.example.org/bram")
    bram.ticks("Ik werk volgens de internationale ethische code voor coaches.")
    bram.ticks("Ik houd voor me wat deelnemers me vertellen. Ook tegenover hun werkgever en de regio.")
    bram.presses("Bewaar mijn profiel")


def keeps_hours(bram: Person) -> None:
    bram.sees_title("Wanneer kunnen mensen met je praten?")
    monday = bram.page.get_by_role("group", name="Maandag")
    for button, windows in (("Middag", 1), ("Ochtend", 2), ("Hetzelfde op elke werkdag", 10)):
        monday.get_by_role("button", name=button).click()
        expect(bram.page.get_by_label("tot")).to_have_count(windows)
    bram.presses("Bewaar mijn tijden")
    bram.is_told("Je tijden zijn bewaard.")


def the_certificate_is_checked(wilma: Person, bram: Person) -> None:
    wilma.opens("/regio/coaches")
    wilma.follows("Bram Verhagen")
    wilma.follows("Leg een gecontroleerd certificaat vast")
    wilma.ticks("NOBCO/EMCC EIA")
    wilma.fills_in("Nummer in het register", "EIA-20417")
    wilma.fills_in("Geldig tot en met", (clock.local_day(clock.now()) + timedelta(days=365)).isoformat())
    wilma.presses("Ik heb dit gecontroleerd")
    wilma.is_told("We hebben vastgelegd dat het certificaat van")
    wilma.sees("Beschikbaar", "EIA-20417", "door Wilma Nijhuis")
    bram.mail("Je certificaat is gecontroleerd")


# -- somebody signs up


def somebody_signs_up(noor: Person) -> None:
    noor.opens("/")
    noor.follows("Meld je aan voor Sterk in je werk")
    noor.fills_in("Je postcode", "7511 ab")
    noor.presses("Ga verder")
    noor.sees("Jouw regio is Twente.")
    noor.ticks("Ik werk in zorg of welzijn")
    noor.page.get_by_label("In welke branche werk je?").select_option(label="Verpleging, verzorging en thuiszorg")
    noor.presses("Ga verder")
    noor.ticks("Stress herkennen en ermee omgaan", "Ja, jullie mogen deze antwoorden gebruiken om een coach te zoeken.")
    noor.presses("Ga verder")
    noor.fills_in("Voornaam", "Noor")
    noor.fills_in("Achternaam", "Bakker")
    noor.fills_in("E-mailadres", noor.address)
    noor.fills_in("Telefoonnummer", "06 - 1234 5678")
    noor.presses("Ga verder")
    noor.sees_title("Klopt alles?")
    noor.sees("7511", "Twente", "Stress herkennen en ermee omgaan", "Noor Bakker", noor.address)
    noor.reads()
    noor.ticks("Ik heb gelezen wat jullie met mijn gegevens doen.")
    noor.presses("Verstuur mijn aanmelding")
    noor.sees_title("Je bent er bijna.")


def confirms(noor: Person) -> None:
    mail = noor.mail("Bevestig je aanmelding")
    is_neutral(mail)
    noor.opens(link_in(mail))
    noor.presses("Ja, ik meld me aan")
    noor.sees_title("Kies een coach")


def is_neutral(mail: EmailMessage) -> None:
    """Neither sender, subject nor calendar says what the mail is about."""
    seen = [str(mail[header]) for header in ("From", "Subject", "Message-ID")]
    seen += [str(part.get_content()) for part in mail.walk() if part.get_content_type() == "text/calendar"]
    betraying = [text for text in seen if BETRAYS.search(text)]
    assert not betraying, betraying


# -- a coach, and a talk


def chooses_a_coach_and_books(noor: Person, bram: Person) -> None:
    noor.sees("Bram Verhagen", "werkt met: stress herkennen en ermee omgaan", "werkt in jouw regio", "Eerste plek:")
    noor.follows("Kies Bram")
    noor.sees_title("Maak een afspraak met Bram")
    noor.ticks("Telefoon")
    first = noor.page.locator("button.time").first
    assert re.fullmatch(r"\w+ \d+ \w+ om [\d.]+ uur met Bram", first.get_attribute("aria-label") or "")
    first.click()
    noor.sees_title("Klopt dit?")
    noor.presses("Bevestig afspraak")
    noor.sees_title("Je afspraak staat.")
    for person in (noor, bram):
        holds_the_appointment(person.mail("Je afspraak"), person, sequence=0)


def moves_by_the_link_in_the_mail(noor: Person, bram: Person) -> None:
    """She stands where the mail led her, and that needs no signing in."""
    noor.follows("Verzet")
    noor.sees_title("Kies een nieuwe tijd met Bram")
    noor.page.locator("button.time").nth(1).click()
    noor.sees_title("Klopt dit?")
    noor.ticks("Dienst veranderd")
    noor.presses("Verzet mijn afspraak")
    noor.sees_title("Je afspraak staat.")
    for person in (noor, bram):
        holds_the_appointment(person.mail("Je afspraak is verzet"), person, sequence=1)


def holds_the_appointment(mail: EmailMessage, person: Person, *, sequence: int) -> None:
    """The mail has a calendar part that every calendar understands, and no other person's address."""
    is_neutral(mail)
    parts = [part for part in mail.walk() if part.get_content_type() == "text/calendar"]
    assert parts[0].get_param("method") == "REQUEST"
    event = icalendar.Calendar.from_ical(parts[0].get_content()).events[0]
    assert (event["STATUS"], event["SEQUENCE"]) == ("CONFIRMED", sequence)
    assert (event.end - event.start) == timedelta(minutes=60)
    assert str(event["ATTENDEE"]) == f"mailto:{person.address}"
    person.opens(link_in(mail))
    person.sees(time_in(text_of(mail)))


def time_in(text: str) -> str:
    """Such as '15.30 uur': the page says it with the same words."""
    found = re.search(r"\d+\.\d\d uur", text)
    assert found, text
    return found.group()


def the_talk_took_place(portal: Portal, bram: Person) -> None:
    """A week goes by: the talk now lies in the past."""
    for table, columns in {"session": ["starts_at"], "block": BLOCK_MOMENTS}.items():
        moved = ", ".join(f"{name} = strftime('%Y-%m-%dT%H:%M:%S.000000Z', {name}, '-14 days')" for name in columns)
        portal.rows(f"UPDATE {table} SET {moved}")
    bram.signs_out()
    bram.signs_in_by_code()
    bram.gives_the_second_step()
    bram.opens("/coach")
    bram.sees("Hoe ging het?")
    bram.follows("Zeg hoe het ging")
    bram.ticks("Gehouden")
    bram.presses("Bewaar dit")
    bram.is_told("We hebben genoteerd hoe het gesprek ging.")


def bram_refers_plans_and_closes(bram: Person, noor: Person) -> None:
    bram.sees_title("Noor Bakker")
    bram.follows("Zoek andere hulp, of leg het vast")
    bram.follows("Leg een advies vast")
    bram.chooses("Welke plek noemde je?", "Bedrijfsarts")
    bram.presses("Leg het advies vast")
    bram.is_told("Het advies is vastgelegd.")
    bram.sees("advies", "Bedrijfsarts")
    bram.follows("Plan een gesprek")
    bram.page.locator("button.time").first.click()
    bram.is_told("Het gesprek is gepland.")
    noor.mail("Je afspraak")
    bram.mail("Je afspraak")
    bram.follows("Sluit dit traject af")
    bram.ticks("Doel bereikt")
    bram.presses("Sluit af")
    bram.is_told("Dit traject is afgesloten.")
    noor.mail("Je afspraak is afgezegd")


# -- how it was, and what is counted


def evaluates(portal: Portal, noor: Person) -> None:
    """The invitation comes when the worker looks; nobody is signed in when answering."""
    noor.opens("/mijn")
    noor.signs_out()
    portal.work("evaluations.invite_closed")
    mail = noor.mail("Hoe was het?")
    is_neutral(mail)
    noor.opens(link_in(mail))
    noor.sees_title("Hoe was het?")
    for question, grade in (
        {"Welk cijfer geef je je coach?": "9", "Welk cijfer geef je het hele traject?": "8"}
    ).items():
        noor.page.get_by_role("radiogroup", name=question).get_by_label(grade, exact=True).check()
    noor.presses("Verstuur mijn antwoorden")
    noor.sees_title("Dank je wel.")


def the_region_sees(portal: Portal, wilma: Person) -> None:
    wilma.signs_out()
    wilma.signs_in_by_link()
    wilma.gives_the_second_step()
    wilma.sees_title(re.compile(r"Regio Twente, week \d+"))
    wilma.opens("/regio?stand=closed")
    wilma.follows("Noor B.")
    wilma.sees("Aangemeld", "E-mailadres bevestigd", "Coach gekozen", "Gesprek gehouden", "Afgesloten")
    wilma.does_not_see("noor@example.org", "06 12", "Noor Bakker", "Doorverwezen")
    wilma.opens("/regio/cijfers")
    sees_no_figure_of_one_person(wilma)


def the_country_sees(portal: Portal, rik: Person) -> None:
    """The command line counts exactly; on a page nobody can be found in a figure."""
    rik.opens("/landelijk")
    sees_no_figure_of_one_person(rik)
    rik.does_not_see("Noor B", "Bram V")
    today = clock.local_day(clock.now())
    counted = portal.flask(
        "report", "counts", "--programme", "sijw", "--from", f"{today.year}-01-01", "--to", f"{today.year}-12-31",
        "--reference-date", today.isoformat(), "--format", "json",
    )  # fmt: skip
    counters = json.loads(counted)["counters"]
    assert [counters[id]["value"] for id in ("T01", "T03")] == [1, 1]


def sees_no_figure_of_one_person(person: Person) -> None:
    expect(person.page.locator("main")).to_contain_text(re.compile("[Mm]inder dan (5|10 mensen)"))
    figures = person.page.locator("main").locator("b, td")
    expect(figures.filter(has_text=re.compile(r"^\s*[1-4]\s*$"))).to_have_count(0)
