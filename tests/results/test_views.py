"""Pages of results: who sees them, what is on them, and that no number on them is exact."""

import re
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from portal.access import Role
from portal.coaches.models import Coach
from portal.counting import queries as counting
from portal.evaluations.models import CoachGrade
from portal.evaluations.rules import STATEMENTS
from portal.later.models import LaterAnswer
from portal.measures.models import Measure
from portal.programmes.codes import Outcome
from portal.questionnaires import actions as questionnaires
from portal.questionnaires.models import Questionnaire
from portal.questionnaires.queries import in_use
from portal.questionnaires.rules import Kind, Occasion, Wording
from tests import factories, statements
from tests.counting.rows import ECZ, Rows, at
from tests.factories import TWENTE, ZUID_LIMBURG, actor_of
from tests.page import words

NATIONAL, REGION, OWN = "/landelijk/evaluaties", "/regio/evaluaties", "/coach/evaluaties"
YEAR = "?programme=ecz&period=2025"
SHOWN = re.compile(
    r"[\d,]*[05]|fewer than 5|not yet|too few (people|answers)|((less than|about|at least) )?\d+%|\d\.\d|\d|[+-]\d+"
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
def two_years(db) -> Rows:
    """In Twente 37 answers in 2025 and 12 in 2024; in Zuid-Limburg 6 in 2025."""
    rows = Rows()
    for number in range(37):
        answer(rows, number, date(2025, 1 + number % 12, 1))
    for number in range(12):
        answer(rows, number, date(2024, 5, 1))
    for number in range(6):
        answer(rows, number, date(2025, 3, 1), region=ZUID_LIMBURG)
    rows.store()
    return rows


def answer(rows, number, month, region=TWENTE):
    rows.answer(
        month,
        region=region,
        trajectory_grade=[8, 9, 7, 8, 5, 10][number % 6],
        coach_grade=[9, 9, 8][number % 3],
        recommend=[10, 9, 8, 7, 5][number % 5],
        answers=";".join(f"{code}:{1 + number % 5}" for code in STATEMENTS[ECZ]),
        outcomes=frozenset({Outcome.TRAINING} if number % 2 else {Outcome.UNKNOWN, Outcome.STAY_HAPPIER}),
    )


def numbers(page) -> list[str]:
    found = [e for e in page.tree.iter() if e.tag == "b" or "num" in (e.get("class") or "").split()]
    return [" ".join(" ".join(words(element)).split()) for element in found if element.tag != "th"]


def compared(page) -> dict[str, list[str]]:
    """The last table: every figure with those beside it."""
    table = list(page.tree.iter("table"))[-1]
    rows = [[" ".join(" ".join(words(cell)).split()) for cell in row] for row in table.iter("tr")]
    return {name.partition(" – ")[0]: figures for name, *figures in rows[1:]}


@pytest.mark.parametrize(("path", "allowed"), [(NATIONAL, {"rik"}), (REGION, {"wilma", "otto"}), (OWN, {"bram"})])
@pytest.mark.parametrize("who", ["noor", "bram", "wilma", "otto", "rik", "fay", "oscar"])
def test_results_are_for_their_roles_only(client, people, path, allowed, who):
    factories.bookable_coach(people.bram)
    assert client.sign_in(getattr(people, who)).get(path).status == (200 if who in allowed else 403)


@pytest.mark.parametrize("path", [NATIONAL, REGION, OWN])
def test_results_ask_to_sign_in(client, path):
    page = client.get(path)
    assert (page.status, page.location) == (303, "/inloggen")


@pytest.mark.parametrize("path", [NATIONAL, REGION])
def test_results_cannot_be_posted_to(rik, path):
    token = rik.get(NATIONAL).forms[-1].fields["csrf_token"][0]
    assert rik.post(path, {"csrf_token": token}).status == 405


def test_a_region_asks_for_no_other_region(wilma):
    assert wilma.get(f"{REGION}{YEAR}&region={ZUID_LIMBURG}").status == 404


def test_national_results_of_everybody(rik, two_years):
    page = rik.get(NATIONAL + YEAR)
    assert "45" in numbers(page)
    assert "Answers count in the month" in page.text


def test_national_results_compare_with_nothing_when_there_is_no_year_before(rik, two_years):
    assert rik.get(f"{NATIONAL}{YEAR}").by_id("compared") is not None
    assert rik.get(f"{NATIONAL}?programme=ecz&period=2020").by_id("compared") is None


def test_region_names_no_year_before_when_there_is_none(wilma, two_years):
    assert "Your region beside the country and the period before" in wilma.get(f"{REGION}{YEAR}").text
    assert "Your region beside the country and" not in wilma.get(f"{REGION}?programme=ecz&period=2020").text


@pytest.mark.both_engines
def test_region_sees_own_answers_beside_the_country_and_the_year_before(wilma, two_years):
    page = wilma.get(REGION + YEAR)
    means = compared(page)["Grade for the whole trajectory"]
    assert [bool(re.search(r"\d\.\d", mean)) for mean in means] == [True, True, True]


def test_a_mean_near_the_end_is_told_as_at_least_and_its_spread_is_not(wilma, db):
    """Of eleven people one gave a four."""
    rows = Rows()
    for number in range(11):
        rows.answer(date(2025, 5, 1), trajectory_grade=10 if number else 4, coach_grade=10, recommend=10)
    rows.store()
    page = wilma.get(REGION + YEAR)
    assert compared(page)["Grade for the whole trajectory"][0] == "at least 8.8"
    assert compared(page)["Recommendation score"][0] == "at least +50"
    assert "so that nobody can be recognised: Grade for the whole trajectory" in page.text


def test_region_with_few_answers_shows_no_mean(english, people, two_years):
    page = english.sign_in(people.otto).get(REGION + YEAR)
    assert "We do not show any answers yet." in page.text
    assert compared(page)["Grade for the whole trajectory"][0] == "too few answers"


@pytest.mark.parametrize("path", [NATIONAL, REGION])
@pytest.mark.parametrize("period", ["2025", "2024", "2026"])
def test_no_number_of_results_is_exact(client, people, two_years, path, period, english):
    who = people.rik if path == NATIONAL else people.wilma
    page = english.sign_in(who).get(f"{path}?programme=ecz&period={period}")
    for number in numbers(page):
        assert SHOWN.fullmatch(number), number


def test_national_results_cost_as_many_queries_for_few_answers_as_for_all(rik, two_years):
    few = statements.counted(lambda: rik.get(NATIONAL + YEAR))
    rows = Rows(first_number=5_000_000)
    for number in range(100):
        answer(rows, number, date(2025, 1 + number % 12, 1))
    rows.store()
    counting.forget()
    assert statements.counted(lambda: rik.get(NATIONAL + YEAR)) == few


def test_htmx_gets_the_results_alone(rik, two_years):
    block = rik.get(NATIONAL + YEAR, htmx=True)
    assert "<html" not in block.text
    assert block.tree.find(".//*[@id='national_results']") is not None


def test_own_grades_wait_for_five(english, people):
    coach = factories.bookable_coach(people.bram)
    CoachGrade.create(coach=coach, quarter="2025-4", grade=8, people=4)
    page = english.sign_in(people.bram).get(OWN)
    assert "Not yet enough grades" in page.text


def test_own_grades_together_and_per_quarter(english, people):
    coach = factories.bookable_coach(people.bram)
    CoachGrade.create(coach=coach, quarter="2025-4", grade=8, people=6)
    CoachGrade.create(coach=coach, quarter="2026-1", grade=9, people=5)
    page = english.sign_in(people.bram).get(OWN)
    assert numbers(page)[:2] == ["8.5", "10"]
    assert "Quarter 1 of 2026" in page.text


def test_own_grades_are_never_those_of_another_coach(english, people):
    factories.bookable_coach(people.bram)
    chris = factories.bookable_coach(people.chris, ZUID_LIMBURG)
    CoachGrade.create(coach=chris, quarter="2025-4", grade=3, people=9)
    assert Coach.select().count() == 2
    assert "Not yet enough grades" in english.sign_in(people.bram).get(OWN).text


@pytest.fixture
def second_version(db, people) -> Questionnaire:
    """With a grade, one answer out of two and several out of two that staff added; answered by 24 people in 2025."""
    rik = actor_of(people.rik, Role.NATIONAL)
    draft = questionnaires.copy(rik, in_use(ECZ, Occasion.END), now=at("2025-01-01"))
    choice = Wording(
        "Hoe vond je ons?", "How did you find us?", "Via een folder\nVia een collega", "A leaflet\nA colleague"
    )
    for kind, wording in [
        (Kind.GRADE, Wording("Hoe goed kun je je werk nu aan?", "How well can you handle your work now?")),
        (Kind.ONE, choice),
        (Kind.MANY, replace(choice, nl="Wat hielp?", en="What helped?")),
    ]:
        questionnaires.add_question(rik, draft, kind=kind, wording=wording)
    questionnaires.put_into_use(rik, draft, now=at("2025-01-02"))
    rows = Rows()
    for number in range(24):
        more = f"own_1:{6 + number % 4};own_2:own_{1 + number % 2};own_3:own_1" + ("+own_2" if number % 3 else "")
        rows.answer(date(2025, 4, 1), more=more, questionnaire=draft.id)
    rows.store()
    return draft


def test_results_say_which_version_was_answered(rik, second_version):
    assert f"Version of the questionnaire: {second_version.version}." in rik.get(NATIONAL + YEAR).text


def test_national_results_hold_the_questions_that_staff_added(rik, second_version):
    page = rik.get(NATIONAL + YEAR)
    for question in ("How well can you handle your work now?", "How did you find us?", "What helped?"):
        assert question in page.text
    assert "A colleague" in page.text


def test_choices_of_few_people_are_not_enough(rik, second_version):
    """Six people chose two things each: that is twelve choices, and not ten people."""
    rows = Rows(first_number=5_000_000)
    for number in range(24):
        more = "own_3:own_1+own_2" if number < 6 else f"own_1:{6 + number % 4}"
        rows.answer(date(2024, 4, 1), more=more, questionnaire=second_version.id)
    rows.store()
    page = rik.get(f"{NATIONAL}?programme=ecz&period=2024")
    assert "How well can you handle your work now?" in page.text
    assert "What helped?" not in page.text


def test_added_questions_are_left_out_while_few_answered(rik, second_version):
    page = rik.get(f"{NATIONAL}?programme=ecz&period=2024")
    assert "How did you find us?" not in page.text


def measured(number: int, **changes: object) -> None:
    values = {
        "programme": ECZ,
        "region": TWENTE,
        "month": date(2025, 4, 1),
        "questionnaire": in_use(ECZ, Occasion.START),
        "before": f"work_joy:{4 + number % 3};other_work:{4 + number % 2}",
        "after": f"work_joy:{7 + number % 2};other_work:{2 + number % 3}",
        **changes,
    }
    Measure.create(public_id=f"measure-{number}", **values)


def changes(page) -> dict[str, list[str]]:
    heading = next(table for table in page.tree.iter("table") if "Before and after" in " ".join(words(table))[:40])
    rows = [[" ".join(" ".join(words(cell)).split()) for cell in row] for row in heading.iter("tr")]
    return {name: figures for name, *figures in rows[1:]}


def test_before_and_after_are_of_the_same_people(wilma, two_years):
    for number in range(12):
        measured(number)
    measured(90, after="")
    measured(91, before="work_joy:1", after="other_work:5")
    measured(92, region=ZUID_LIMBURG)
    found = changes(wilma.get(REGION + YEAR))
    assert found["Which grade do you give the joy in your work?"] == ["5.0", "7.5", "10"]
    assert found["I want other work."][:2] == ["at least 66%", "less than 50%"]


def test_before_and_after_of_fewer_than_ten_are_not_told(wilma, two_years):
    for number in range(9):
        measured(number)
    page = wilma.get(REGION + YEAR)
    assert "Too few people answered the same questions when they signed up and afterwards." in page.text
    assert "too few answers" not in page.text_of("changes")


def later_answers(number: int, month: int) -> None:
    version = in_use(ECZ, Occasion.SIX_MONTHS)
    for one in range(number):
        LaterAnswer.create(
            public_id=f"later-{month}-{one}",
            programme=ECZ,
            region=TWENTE,
            closed_month=date(2025, month, 1),
            questionnaire=version,
            answers=f"work_situation:{'same_branch' if one % 2 else 'outside'};work_joy:{6 + one % 4}",
        )


def test_six_months_later_is_told_with_ten_at_once(rik, two_years):
    later_answers(24, 4)
    assert "I work outside care and welfare" not in rik.get(NATIONAL + YEAR).text
    later_answers(10, 6)
    assert "I work outside care and welfare" in rik.get(NATIONAL + YEAR).text
    assert "I work outside care and welfare" not in rik.get(f"{NATIONAL}?programme=ecz&period=2024").text


def invited_and_answered(rows: Rows, number: int, month: date) -> None:
    coupled_at = at(month) - timedelta(days=60)
    rows.invite(rows.couple(rows.enrol(coupled_at), rows.coach(), coupled_at), month, answered=True)
    answer(rows, number, month)


@pytest.mark.parametrize(("settled", "told"), [([10], False), ([10, 9], False), ([10, 10], True)])
def test_answers_of_this_year_come_with_ten_at_once(english, people, clock, settled, told):
    """Whoever keeps yesterday's page beside today's learns nothing of one answer."""
    rows = Rows()
    for month, number in enumerate(settled, start=1):
        for one in range(number):
            invited_and_answered(rows, one, date(2026, month, 1))
    for one in range(30):
        invited_and_answered(rows, one, date(2026, 4, 1))
    rows.store()
    clock.move_to(datetime(2026, 5, 1, 10, tzinfo=UTC))  # Of April people can still answer.
    page = english.sign_in(people.rik).get(f"{NATIONAL}?programme=ecz&period=2026")
    assert ("January 2026 up to and including January 2026" in page.text) == told
    assert ("Of this period we do not tell any answers yet" in page.text) != told
    assert "at least 10 at once" in page.text
