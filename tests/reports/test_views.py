"""Figures on pages: who sees them, what they are about, and that no number on them is exact."""

import re
from datetime import date, timedelta
from functools import partial

import pytest

from portal import clock as wall
from portal.access import PORTAL, Role
from portal.accounts import actions as accounts
from portal.counting import queries
from portal.counting.catalogue import SECTIONS
from portal.counting.definitions import by_id
from portal.counting.figures import Count
from portal.counting.periods import Period
from portal.counting.rules import By, Scope
from portal.disclosure.rules import FEWER
from portal.enrolments.rules import EnrolmentStatus
from portal.evaluations.rules import STATEMENTS
from portal.programmes.codes import CloseReason, Funding, ProgrammeCode, ReferralKind
from portal.published.actions import record_published
from portal.published.rules import Published, Qualifier
from portal.referrals.rules import ReferralStatus
from portal.sessions.rules import SessionStatus
from portal.years.rules import REFUSAL
from tests.counting.rows import ECZ, Rows, at
from tests.factories import TWENTE, ZUID_LIMBURG
from tests.page import Client, words

NATIONAL, REGION, DEFINED = "/landelijk", "/regio/cijfers", "/landelijk/telregels"
SHOWN = re.compile(
    r"[\d,]*[05]|fewer than 5|too few (people|answers)|not shown|"
    r"((less than|about|at least) )?\d+%( of ([\d,]*[05]|fewer than 5))?|\d\.\d|(\d\.\d|[+-]\d+|\d+) N = [\d,]*[05]"
)


@pytest.fixture
def english(client):
    client.flask.set_cookie("taal", "en", domain="portal.example.org")
    return client


@pytest.fixture
def rik(english, people):
    return english.sign_in(people.rik)


@pytest.fixture
def wilma(english, people):
    return english.sign_in(people.wilma)


@pytest.fixture
def last_year(db) -> Rows:
    """2025: no count of it is a multiple of five. In Twente 43 people, in Zuid-Limburg 3, nationwide 2."""
    rows = Rows()
    coaches = [rows.coach(withdrawn_on=date(2025, 6, 1) if number < 3 else None) for number in range(37)]
    for number in range(48):
        region = TWENTE if number < 43 else ZUID_LIMBURG if number < 46 else None
        moment = at(date(2025, 1, 6) + timedelta(days=7 * number), hour=9)
        became = [(EnrolmentStatus.WITHDRAWN, moment + timedelta(days=2))] if number % 7 == 0 else []
        enrolment = rows.enrol(moment, region=region, became=became)
        if not became:
            _help(rows, enrolment, moment, coaches[number % 31], number, region)
    rows.store()
    return rows


def _help(rows, enrolment, moment, coach, number, region):
    closed_at = moment + timedelta(days=30)
    trajectory = rows.couple(
        enrolment,
        coach,
        moment + timedelta(hours=1),
        contact_at=moment + timedelta(hours=1 + number),
        closed_at=closed_at if closed_at < at("2026-01-01") else None,
        close_reason=CloseReason.GOAL_REACHED,
    )
    status = SessionStatus.NO_SHOW if number % 6 == 1 else SessionStatus.HELD
    rows.talk(trajectory, moment + timedelta(days=3), coach=coach, status=status, funding=Funding.SRS)
    if number % 4 == 0:
        rows.refer(enrolment, moment.date(), status=ReferralStatus.ARRIVED)
    if number % 4 == 1:
        rows.refer(enrolment, moment.date(), kind=ReferralKind.ADVICE, status=ReferralStatus.GIVEN)
    month = closed_at.date().replace(day=1)
    rows.invite(trajectory, month, answered=number % 3 > 0, region=region)
    if number % 3 > 0:
        rows.answer(
            month,
            region=region,
            recommend=number % 11,
            answers=";".join(f"{code}:{3 + number % 3}" for code in STATEMENTS[ECZ]),
        )


def figures(page) -> list[str]:
    """Everything on the page that stands where a figure stands."""
    found = [
        element for element in page.tree.iter() if element.tag == "b" or "num" in (element.get("class") or "").split()
    ]
    return [" ".join(" ".join(words(element)).split()) for element in found if element.tag != "th"]


def ledger(page) -> dict[str, str]:
    """The figures of a page by their names."""
    cells = [
        [" ".join(" ".join(words(cell)).split()) for cell in row]
        for table in page.tree.iter("table")
        if table.get("class") == "ledger"
        for row in table.iter("tr")
    ]
    return {name.partition(" – ")[0]: figure for name, figure in cells[1:]}


# -- who may see what


@pytest.mark.parametrize(
    ("path", "allowed"),
    [(NATIONAL, {"rik"}), (REGION, {"wilma", "otto"}), (DEFINED, {"rik", "wilma", "otto"})],
)
@pytest.mark.parametrize("who", ["noor", "bram", "wilma", "otto", "rik", "fay", "oscar"])
def test_figures_are_for_their_roles_only(client, people, path, allowed, who):
    assert client.sign_in(getattr(people, who)).get(path).status == (200 if who in allowed else 403)


@pytest.mark.parametrize("path", [NATIONAL, REGION, DEFINED])
def test_figures_ask_to_sign_in(client, path):
    page = client.get(path)
    assert (page.status, page.location) == (303, "/inloggen")


@pytest.mark.parametrize("path", [NATIONAL, REGION, DEFINED])
def test_figures_ask_for_the_second_step(client, people, path):
    assert client.sign_in(people.rik, second_step=False).get(path).location == "/inloggen/tweede-stap"


@pytest.mark.parametrize("path", [NATIONAL, REGION, DEFINED])
def test_figures_cannot_be_posted_to(rik, path):
    token = rik.get(NATIONAL).forms[-1].fields["csrf_token"][0]
    assert rik.post(path, {"csrf_token": token}).status == 405


@pytest.mark.parametrize("code", [ZUID_LIMBURG, "RA9999", "x", "%00", TWENTE.lower()])
def test_a_region_sees_no_other_region(wilma, code):
    assert wilma.get(f"{REGION}?region={code}").status == 404


def test_region_staff_of_two_regions_choose_which(english, people):
    accounts.grant(people.wilma, Role.REGION_ADMIN, ZUID_LIMBURG)
    client = english.sign_in(people.wilma)
    assert "Zuid-Limburg" in client.get(f"{REGION}?region={ZUID_LIMBURG}").h1
    assert "Twente" in client.get(REGION).h1
    assert client.get(f"{REGION}?region=RA0614").status == 404
    assert client.get(REGION).by_id("region") is not None


def test_staff_of_one_region_are_not_asked_for_it(wilma):
    assert wilma.get(REGION).by_id("region") is None


# -- what a page says


def test_national_figures_of_a_year(rik, last_year):
    page = rik.get(f"{NATIONAL}?programme=ecz&period=2025")
    shown = ledger(page)
    assert shown["People who signed up"] == "50"
    assert shown["Supported"] == "35"
    assert shown["Coaches who offered themselves"] == "35"
    assert shown["Coaches who withdrew"] == str(FEWER)
    assert "1 January 2025 up to and including 31 December 2025." in page.text
    assert "Reference date" in page.text
    assert "Division:" not in page.text, "nothing here is by organisation"


def test_national_figures_split_by_region(rik, last_year):
    page = rik.get(f"{NATIONAL}?programme=ecz&period=2025")
    bars = next(table for table in page.tree.iter("table") if table.get("class") == "bars")
    lengths = {}
    for row in list(bars.iter("tr"))[1:]:
        name, _, text = (" ".join(" ".join(words(cell)).split()) for cell in row)
        bar = next(element for element in row.iter() if element.tag.endswith("rect"))
        lengths[name] = (float(bar.get("width")), text)
    assert lengths["Twente"] == (100.0, "45")
    assert lengths["Zuid-Limburg"] == lengths["The whole country, no region"]
    assert lengths["Zuid-Limburg"][1] == str(FEWER)
    assert lengths["Flevoland"] == (0.0, "0")
    assert len(lengths) == 29


def test_region_figures_are_those_of_the_region(wilma, last_year):
    shown = ledger(wilma.get(f"{REGION}?programme=ecz&period=2025"))
    assert shown["People who signed up"] == "45"
    scope = Scope(ECZ, Period(date(2025, 1, 1), date(2025, 12, 31)), date(2025, 12, 31))
    counted = queries.count_by(scope, By.REGION)[TWENTE]
    assert counted["T01"] == Count(43)
    assert counted["E02"].n >= 10
    assert shown["Grade for the coach"].startswith("8.0 N = ")


def test_region_with_few_answers_shows_no_mean(english, people, last_year):
    page = english.sign_in(people.otto).get(f"{REGION}?programme=ecz&period=2025")
    assert "Grade for the coach" not in page.text
    assert "See what people say afterwards" not in page.text
    assert REFUSAL in page.text


@pytest.mark.parametrize("path", [NATIONAL, REGION])
@pytest.mark.parametrize("period", ["2025", "2026"])
def test_every_figure_on_a_page_is_protected(english, people, last_year, path, period):
    english.sign_in(people.rik if path == NATIONAL else people.wilma)
    page = english.get(f"{path}?programme=ecz&period={period}")
    assert page.status == 200
    for figure in figures(page):
        assert SHOWN.fullmatch(figure), f"{figure!r} is not protected"


def test_no_exact_count_hides_in_the_page(rik, last_year):
    scope = Scope(ECZ, Period(date(2025, 1, 1), date(2025, 12, 31)), date(2025, 12, 31))
    exact = {str(figure.value) for figure in queries.count(scope).values() if isinstance(figure, Count)}
    exact = {number for number in exact if int(number) > 12 and int(number) % 5}
    assert len(exact) > 5
    page = rik.get(f"{NATIONAL}?programme=ecz&period=2025", htmx=True)
    without_shares = re.sub(
        r"\d+%|[+-]\d+ |\d+ <span class=\"soft\">N|<select.*?</select>", "", page.html, flags=re.DOTALL
    )
    assert not exact & set(re.findall(r"(?<![\w.])\d+(?![\w.])", without_shares))


def test_a_year_of_fewer_than_ten_people_is_refused_in_one_sentence(rik, last_year):
    few, nobody = (rik.get(f"{NATIONAL}?programme=ecz&period={period}") for period in ("2026", "2024"))
    for page in (few, nobody):
        assert REFUSAL in page.text
        assert "People who signed up" not in ledger(page)
        assert page.by_id("by-region") is None
    assert REFUSAL not in rik.get(f"{NATIONAL}?programme=ecz&period=2025").text


def test_region_that_is_refused_asks_for_no_choice_of_figures(wilma, last_year):
    asks = "Choose the name of a figure"
    assert asks not in wilma.get(f"{REGION}?programme=ecz&period=2024").text
    assert asks in wilma.get(f"{REGION}?programme=ecz&period=2025").text


def test_every_figure_links_to_how_it_is_counted(rik, last_year):
    defined = rik.get(DEFINED)
    page = rik.get(f"{NATIONAL}?programme=ecz&period=2025")
    linked = {link.partition("#")[2] for link in page.links if link.startswith(f"{DEFINED}#")}
    assert linked == set(by_id(SECTIONS)) - {"C01"}, "no contact point reported anything"
    assert all(defined.by_id(anchor) is not None for anchor in linked)
    assert page.text.count("How is this counted?") >= len(by_id(SECTIONS)) - 1


def test_definitions_show_every_counter_with_its_meaning_and_version(wilma):
    page = wilma.get(DEFINED)
    for section in SECTIONS:
        assert page.text_of(section.id) == section.title
        for definition in section.definitions:
            text = page.text_of(definition.id)
            assert definition.name in text
            assert definition.text in text
            assert f"Version {definition.version}." in text


def test_definitions_show_what_was_published_elsewhere_over_whatever_days(wilma):
    period = Period(date(2018, 1, 1), date(2021, 11, 23))
    about = {"programme": ProgrammeCode.SIJW, "period": period, "reference_date": None}
    monitor = partial(Published, **about, source="Eerste monitor")
    many = monitor(counter="I01", value=43835.0, qualifier=Qualifier.RUIM)
    share = monitor(counter="I03", value=0.88, qualifier=Qualifier.CIRCA)
    part = monitor(counter="T15.ill", value=12.0, qualifier=Qualifier.EXACT)
    record_published(PORTAL, [many, share, part], now=wall.now())
    page = wilma.get(DEFINED)
    days = "1 January 2018 up to and including 23 November 2021. Source: Eerste monitor."
    assert f"just over 43,835 Sterk in je werk, {days}" in page.text_of("I01")
    assert "about 88%" in page.text_of("I03")
    assert "Ill: 12" in page.text_of("T15")
    assert page.text.count("Published elsewhere:") == 3


def test_the_two_published_readings_are_explained_where_they_matter(rik):
    page = rik.get(f"{NATIONAL}?programme=ecz&period=2020")
    assert page.link("See how both can be true") == f"{DEFINED}#41-23"
    assert rik.get(DEFINED).by_id("41-23") is not None
    assert "See how both can be true" not in rik.get(f"{NATIONAL}?programme=ecz&period=2021").text


@pytest.mark.parametrize("query", ["period=2025-12", "period=2025-Q4", "period=2025&reference_date=2025-12-31"])
def test_no_part_of_a_year_and_no_other_day_can_be_asked_for(rik, last_year, query):
    """From two tables that overlap what both round away could be worked out."""
    page = rik.get(f"{NATIONAL}?programme=ecz&{query}")
    assert "period=2025&" in f"{query}&" or "1 January 2026 up to and including" in page.text
    assert "31 December 2025." not in page.text.partition("Reference date")[2].partition("Answers count")[0]


# -- how it is asked for


@pytest.mark.parametrize(
    "query",
    [
        "period=2026-13",
        "period=9999",
        "period=0000-00-00",
        "period[]=2025",
        "period=2025&period=2024",
        "reference_date=2025-02-30",
        "reference_date=10000-01-01",
        "programme=%f0%9f%92%a9",
        "period=" + "9" * 5000,
    ],
)
@pytest.mark.parametrize("path", [NATIONAL, REGION])
def test_strange_questions_get_a_page(english, people, path, query):
    english.sign_in(people.rik if path == NATIONAL else people.wilma)
    assert english.get(f"{path}?{query}").status == 200


@pytest.mark.parametrize(("path", "block"), [(NATIONAL, "national_figures"), (REGION, "region_figures")])
def test_figures_come_as_a_block_for_htmx_and_as_a_page_for_a_browser(english, people, path, block):
    english.sign_in(people.rik if path == NATIONAL else people.wilma)
    fragment = english.get(f"{path}?programme=ecz&period=2025", htmx=True)
    assert "<html" not in fragment.html
    assert fragment.by_id(block) is not None
    page = english.get(f"{path}?programme=ecz&period=2025")
    assert page.by_id(block) is not None
    form = next(form for form in page.forms if form.method == "get")
    assert form.fields["programme"] == ["ecz"]
    assert form.fields["period"] == ["2025"]
    assert form.element.get("hx-target") == f"#{block}"


@pytest.mark.parametrize("path", [NATIONAL, REGION])
def test_figures_cost_the_same_queries_for_many_rows(app, people, path):
    client = Client(app).sign_in(people.rik if path == NATIONAL else people.wilma)
    queries_of = []
    for regions in ([TWENTE], [TWENTE, ZUID_LIMBURG, "RA0614"]):
        rows = Rows(first_number=1_000_000 * (1 + len(queries_of)))
        coach = rows.coach()
        for region in regions * 6:
            enrolment = rows.enrol(at("2025-05-01"), region=region)
            rows.talk(rows.couple(enrolment, coach, at("2025-05-01", 14)), at("2025-05-03"), coach=coach)
        rows.store()
        client.get(f"{path}?programme=ecz&period=2025")
        queries_of.append(client.queries)
    assert queries_of[0] == queries_of[1]
    client.get(f"{path}?programme=ecz&period=2025")
    assert client.queries <= 12  # When nothing changed since.
    assert queries_of[0] <= 18
