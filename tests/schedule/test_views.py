"""Setting hours and absence: rows that grow and shrink without a script, and nothing typed is ever lost."""

from datetime import UTC, date, datetime, time, timedelta

import pytest

from portal.access import Role
from portal.audit import AuditEntry
from portal.availability import actions, queries
from portal.availability.hours import Away, Extra, Weeks, Window
from portal.availability.models import Absence, ExtraHours, WeeklyHours
from portal.availability.rules import BlockSource
from portal.offers.models import Offer
from portal.sessions.models import Session
from tests.factories import TWENTE, account, actor_of, bookable_coach, coupled, planned_talk

HOURS, ABSENCES, REMOVE = "/coach/uren", "/coach/afwezig", "/coach/afwezig/verwijder"
EXTRA, DROP_EXTRA = "/coach/extra", "/coach/extra/verwijder"
NOW = datetime(2026, 3, 2, 10, tzinfo=UTC)
TUESDAY_NINE = datetime(2026, 3, 3, 8, tzinfo=UTC)


@pytest.fixture
def coach(people):
    return bookable_coach(people.bram, TWENTE, weekdays=())


@pytest.fixture
def bram(client, people, coach):
    return client.sign_in(people.bram)


def times(page) -> list[tuple[str, str, str]]:
    """The rows on the page: weekday, from, until."""
    fields = page.form(HOURS).fields
    return [
        (fields[f"w{row}-weekday"][0], fields[f"w{row}-opens"][0], fields[f"w{row}-closes"][0])
        for row in fields.get("row", [])
    ]


def with_rows(*rows: tuple[int, str, str]) -> dict[str, object]:
    """What a browser sends for these rows."""
    sent: dict[str, object] = {"row": [str(number) for number in range(len(rows))]}
    for number, (weekday, opens, closes) in enumerate(rows):
        sent |= {f"w{number}-weekday": weekday, f"w{number}-opens": opens, f"w{number}-closes": closes}
    return sent


def stored(coach) -> list[tuple[int, time, time]]:
    return [(window.weekday, window.opens, window.closes) for window in queries.windows_of(coach)]


def take(coach, starts_at, minutes=60):
    return actions.take(
        coach=coach, participant=None, starts_at=starts_at, minutes=minutes, source=BlockSource.TALK, now=NOW
    )


# -- availability.hours


def test_hours_are_set_with_a_few_taps_and_no_script(bram, coach):
    page = bram.get(HOURS)
    page = bram.submit(page, HOURS, add="0-morning", follow=False)
    assert (page.status, times(page)) == (200, [("0", "9.00", "12.00")])
    page = bram.submit(page, HOURS, add="0-evening", follow=False)
    page = bram.submit(page, HOURS, copy="0", follow=False)
    assert len(times(page)) == 10
    page = bram.submit(page, HOURS, drop="3", follow=False)
    page = bram.submit(page, HOURS, add="5-other", follow=False)
    assert times(page)[-1] == ("5", "", "")
    assert stored(coach) == []
    page = bram.submit(page, HOURS, **{"w9-opens": "10", "w9-closes": "13u30"})
    assert page.status == 200
    assert len(stored(coach)) == 10
    assert stored(coach)[-1] == (5, time(10), time(13, 30))
    assert (1, time(19), time(21)) not in stored(coach)
    assert times(page)[-1] == ("5", "10.00", "13.30")


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("9", time(9)),
        ("9:00", time(9)),
        ("9.00", time(9)),
        ("09.00", time(9)),
        ("0900", time(9)),
        ("930", time(9, 30)),
        ("9u30", time(9, 30)),
        ("19u", time(19)),
        ("19.30 uur", time(19, 30)),
        (" 19 u 30 ", time(19, 30)),
        ("1930", time(19, 30)),
        ("0:15", time(0, 15)),
        ("9,30", time(9, 30)),
        ("9H30", time(9, 30)),
    ],
)
def test_hours_are_read_in_any_notation(bram, coach, typed, meant):
    bram.submit(bram.get(HOURS), HOURS, **with_rows((2, typed, "24:00")))
    assert stored(coach) == [(2, meant, time(0))]
    assert times(bram.get(HOURS))[0][2] == "24.00"


@pytest.mark.parametrize("typed", ["25", "9.60", "9:5", "negen", "", "12345", "-9", "9" * 300])
def test_hours_that_cannot_be_read_are_told_at_their_row(bram, coach, typed):
    rows = [(0, "9", "12"), (3, typed, "17"), (6, "10", "")]
    page = bram.submit(bram.get(HOURS), HOURS, **with_rows(*rows))
    assert page.status == 422
    assert page.by_id("w0-error") is None
    assert page.by_id("w1-error") is not None
    assert page.by_id("w2-error") is not None
    assert [row[1:] for row in times(page)] == [(opens, closes) for _, opens, closes in rows]
    assert any(link == "#w2-closes" for link in page.links)
    assert stored(coach) == []


def test_hours_tell_all_that_is_wrong_at_once(bram, coach):
    page = bram.submit(bram.get(HOURS), HOURS, **with_rows((0, "negen", "12"), (1, "13", "12"), (2, "9", "12")))
    assert page.status == 422
    assert [number for number in range(3) if page.by_id(f"w{number}-error") is not None] == [0, 1]


def test_hours_that_cannot_stand_together_are_told_at_the_later_row(bram, coach):
    rows = [(0, "9", "12"), (0, "11", "13"), (1, "11", "13"), (2, "13", "12")]
    page = bram.submit(bram.get(HOURS), HOURS, **with_rows(*rows))
    assert page.status == 422
    assert [number for number in range(4) if page.by_id(f"w{number}-error") is not None] == [1, 3]
    assert len(page.errors) == len(set(page.errors)) * 2  # Each is a link in a line of the summary.
    assert stored(coach) == []


def test_hours_left_empty_are_no_hours(bram, coach):
    keep_one = with_rows((0, "", ""), (1, "9", "12"), (4, " ", ""))
    page = bram.submit(bram.get(HOURS), HOURS, **keep_one)
    assert (page.status, stored(coach)) == (200, [(1, time(9), time(12))])
    bram.submit(page, HOURS, drop="0", follow=False)
    page = bram.submit(bram.submit(page, HOURS, drop="0", follow=False), HOURS)
    assert (page.status, stored(coach)) == (200, [])


def test_hours_keep_what_was_typed_when_a_row_is_added(bram):
    page = bram.submit(bram.get(HOURS), HOURS, **with_rows((0, "half tien", "12")), add="0-evening", follow=False)
    assert times(page) == [("0", "half tien", "12"), ("0", "19.00", "21.00")]
    assert page.errors == []


def test_hours_offer_only_what_still_fits(bram):
    page = bram.submit(bram.get(HOURS), HOURS, **with_rows((3, "9", "14")), add="5-other", follow=False)
    offered = [value for name, value, _ in page.form(HOURS).buttons if name == "add" and value.startswith("3-")]
    assert offered == ["3-evening", "3-other"]
    full = with_rows(*[(3, f"{hour}.00", f"{hour}.30") for hour in range(9, 15)])
    page = bram.submit(bram.get(HOURS), HOURS, **full, add="3-evening", follow=False)
    assert len(times(page)) == 6
    assert not [value for name, value, _ in page.form(HOURS).buttons if name == "add" and value.startswith("3-")]


@pytest.mark.parametrize("button", [{"add": "9-morning"}, {"add": "x"}, {"drop": "99"}, {"copy": "8"}])
def test_hours_survive_buttons_that_do_not_exist(bram, button):
    page = bram.submit(bram.get(HOURS), HOURS, **with_rows((0, "9", "12")), **button, follow=False)
    assert (page.status, times(page)) == (200, [("0", "9", "12")])


@pytest.mark.parametrize("row", ["x", "-1", "9999999", "٣", ""])
def test_hours_survive_rows_that_do_not_exist(bram, coach, row):
    page = bram.submit(bram.get(HOURS), HOURS, row=[row])
    assert (page.status, stored(coach)) == (200, [])


def test_hours_of_a_made_up_weekday_are_no_error(bram, coach):
    assert bram.submit(bram.get(HOURS), HOURS, **with_rows((9, "9", "12"))).status == 200


def test_hours_have_an_end(bram, coach):
    page = bram.submit(bram.get(HOURS), HOURS, **with_rows(*[(0, "9", "12")] * 500))
    assert page.status == 422
    assert len(times(page)) == 42


def test_hours_changed_in_another_window_are_shown_beside_what_was_typed(bram, coach):
    old_page = bram.get(HOURS)
    bram.submit(bram.get(HOURS), HOURS, **with_rows((0, "8.15", "12")))
    page = bram.submit(old_page, HOURS, **with_rows((4, "13", "17")))
    assert page.status == 409
    assert "8.15–12.00" in page.text
    assert times(page) == [("4", "13", "17")]
    page = bram.submit(page, HOURS)
    assert (page.status, stored(coach)) == (200, [(4, time(13), time(17))])


def test_hours_say_when_people_can_book_first(bram, coach):
    page = bram.submit(bram.get(HOURS), HOURS, **with_rows((3, "9.30", "12")))
    assert "donderdag 5 maart 2026" in page.text
    assert "9.30" in page.text
    actions.add_absence(actor_of(coach.account, Role.COACH), Away(date(2026, 3, 2), date(2026, 12, 31)), now=NOW)
    assert "donderdag 5 maart" not in bram.get(HOURS).text


def test_hours_say_how_many_talks_lie_outside_them(bram, coach):
    before = bram.get(HOURS).html.count('class="notice late"')
    for days in (0, 7):
        take(coach, TUESDAY_NINE + timedelta(days=days))
    page = bram.submit(bram.get(HOURS), HOURS, **with_rows((1, "9", "12")))
    assert page.html.count('class="notice late"') == before
    page = bram.submit(page, HOURS, **with_rows((1, "9.30", "12")))
    assert page.html.count('class="notice late"') == before + 1
    assert "2 " in page.text


def test_hours_cost_the_same_for_one_row_and_for_three(bram, coach):
    WeeklyHours.create(coach=coach, weekday=0, opens=time(9), closes=time(10))
    bram.get(HOURS)
    for_one = bram.queries
    for weekday in (1, 2):
        WeeklyHours.create(coach=coach, weekday=weekday, opens=time(9), closes=time(10))
        take(coach, TUESDAY_NINE + timedelta(days=weekday))
    bram.get(HOURS)
    assert bram.queries == for_one <= 8


def test_hours_come_alone_for_htmx_and_put_the_reader_where_the_change_is(bram):
    page = bram.submit(bram.get(HOURS), HOURS, add="2-morning", htmx=True, follow=False)
    assert not list(page.tree.iter("h1"))
    focused = [e.get("id") for e in page.tree.iter() if e.get("autofocus") is not None]
    assert focused == ["day-2"]
    page = bram.submit(page, HOURS, add="2-other", htmx=True, follow=False)
    assert [e.get("id") for e in page.tree.iter() if e.get("autofocus") is not None] == ["w1-opens"]
    page = bram.submit(page, HOURS, htmx=True, follow=False)
    assert (page.status, page.response.headers["HX-Redirect"]) == (204, HOURS)


def test_hours_form_has_no_control_that_hides_a_method_of_the_form(bram):
    """A control called `remove` breaks the swap, one called `submit` the sending."""
    page = bram.submit(bram.get(HOURS), HOURS, add="2-morning", follow=False)
    form = page.form(HOURS)
    assert not {"remove", "submit", "reset", "id", "action", "method"} & {*form.fields, *(b[0] for b in form.buttons)}


def test_hours_ask_for_a_profile_first(client, people):
    for url in (HOURS, EXTRA, ABSENCES):
        page = client.sign_in(people.chris).get(url)
        assert (page.status, page.location) == (303, "/coach/profiel")


# -- talks that a change would touch


@pytest.mark.parametrize("htmx", [False, True], ids=["browser", "htmx"])
def test_hours_show_first_which_talks_would_lie_outside_them(bram, coach, people, htmx):
    WeeklyHours.create(coach=coach, weekday=1, opens=time(9), closes=time(12))
    planned_talk(coupled(people.noor, coach), TUESDAY_NINE + timedelta(days=7))
    page = bram.submit(bram.get(HOURS), HOURS, **{"w0-opens": "10"}, htmx=htmx, follow=False)
    assert page.status == 200
    assert "Dinsdag 10 maart 2026 om 9.00 uur met Noor" in page.text
    assert [e.get("aria-labelledby") for e in page.tree.iter() if e.get("autofocus") is not None] == ["touched"]
    assert times(page) == [("1", "10", "12.00")]
    assert stored(coach) == [(1, time(9), time(12))]
    back = bram.submit(page, HOURS, follow=False)
    assert stored(coach) == [(1, time(9), time(12))], "Return in a field asks again"
    assert back.status == 200
    bram.submit(page, HOURS, button="Ja, bewaar")
    assert stored(coach) == [(1, time(10), time(12))]


def test_absences_show_first_which_talks_are_on_these_days(bram, coach, people):
    WeeklyHours.create(coach=coach, weekday=1, opens=time(9), closes=time(12))
    planned_talk(coupled(people.noor, coach), TUESDAY_NINE + timedelta(days=7))
    page = bram.submit(bram.get(ABSENCES), ABSENCES, from_on="9-3-2026", until_on="11-3-2026")
    assert page.status == 200
    assert "Dinsdag 10 maart 2026 om 9.00 uur met Noor" in page.text
    assert page.form(ABSENCES).fields["until_on"] == ["2026-03-11"]
    assert Absence.select().count() == 0
    talk = Session.get()
    page = bram.submit(page, ABSENCES, button="Ja, doe dit", **{f"talk-{talk.public_id}": "keep"})
    assert (page.status, Absence.select().count()) == (200, 1)
    assert len(queries.coming_talks(coach, NOW)) == 1


# -- falling ill: one screen with every talk that is touched


@pytest.fixture
def ill(bram, coach, people):
    """Bram is away on Tuesday, when he has talks with Noor at nine and with Kees at ten; Samira is free all day."""
    WeeklyHours.create(coach=coach, weekday=1, opens=time(9), closes=time(12))
    bookable_coach(account("Samira", Role.COACH, TWENTE), TWENTE)
    talks = [
        planned_talk(coupled(person, coach), TUESDAY_NINE + timedelta(days=7, minutes=90 * number))
        for number, person in enumerate([people.noor, account("Kees", Role.PARTICIPANT)])
    ]
    return talks, bram.submit(bram.get(ABSENCES), ABSENCES, from_on="10-3-2026")


def choose(bram, page, *ways):
    """Press the button with these choices, each by the beginning of its value, in the order of the talks."""
    offered: dict[str, list[str]] = {}
    for box in page.tree.iter("input"):
        if (box.get("name") or "").startswith("talk-"):
            offered.setdefault(box.get("name"), []).append(box.get("value"))
    chosen = {
        name: next(value for value in values if value.startswith(way))
        for (name, values), way in zip(offered.items(), ways, strict=True)
    }
    return bram.submit(page, ABSENCES, button="Ja, doe dit", **chosen)


def test_absences_say_for_each_talk_what_can_be_done(ill):
    _, page = ill
    for words in (
        "Dinsdag 10 maart 2026 om 9.00 uur met Noor",
        "Zeg af en laat Noor een nieuwe tijd kiezen",
        "Verzet naar dinsdag 17 maart om 9.00 uur",
        "Vraag Noor of Samira de Vries het mag overnemen",
        "Dinsdag 10 maart 2026 om 10.30 uur met Kees",
        "Verzet naar dinsdag 17 maart om 10.30 uur",
    ):
        assert words in page.text
    assert Absence.select().count() == 0


def test_absences_move_one_talk_and_ask_a_stand_in_for_the_other(bram, ill, mailbox):
    (noors, keess), page = ill
    before = {name: len(mailbox.to(f"{name}@example.org")) for name in ("noor", "kees")}
    assert choose(bram, page, "move", "stand_in").status == 200
    moved, kept = (Session.get_by_id(talk.id) for talk in (noors, keess))
    assert (moved.starts_at, moved.sequence) == (TUESDAY_NINE + timedelta(days=14), 1)
    assert (kept.starts_at, kept.status) == (keess.starts_at, "planned")
    assert [offer.coach.account.first_name for offer in Offer.select()] == ["Samira"]
    for name, count in before.items():
        assert len(mailbox.to(f"{name}@example.org")) == count + 1
    assert Absence.select().count() == 1


def test_absences_cancel_so_that_the_participant_chooses(bram, ill, mailbox):
    (noors, keess), page = ill
    choose(bram, page, "choose", "keep")
    assert [Session.get_by_id(talk.id).status for talk in (noors, keess)] == ["cancelled_coach", "planned"]
    assert "Kies een nieuwe tijd" in mailbox.last("noor@example.org").text


@pytest.mark.both_engines
def test_absences_store_nothing_when_a_time_was_taken_meanwhile(bram, ill, coach):
    (noors, _), page = ill
    take(coach, TUESDAY_NINE + timedelta(days=14))
    page = choose(bram, page, "move", "keep")
    assert page.status == 409
    assert Absence.select().count() == 0
    assert Session.get_by_id(noors.id).sequence == 0


# -- how often, and from when


def with_times(number: int, **values: str) -> dict[str, object]:
    """One row on Monday morning, and what is said about it."""
    return with_rows((0, "9", "12")) | {f"w{number}-{name}": value for name, value in values.items()}


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ({"rhythm": "all"}, {}),
        ({"rhythm": "odd"}, {"weeks": Weeks.ODD}),
        ({"rhythm": "even", "valid_until": "1 juli 2026"}, {"weeks": Weeks.EVEN, "valid_until": date(2026, 7, 1)}),
        ({"rhythm": "3", "valid_from": "2-3-2026"}, {"every": 3, "valid_from": date(2026, 3, 2)}),
        ({"rhythm": "8", "valid_from": "2026-03-02"}, {"every": 8, "valid_from": date(2026, 3, 2)}),
    ],
)
def test_hours_are_kept_as_often_as_was_said(bram, coach, said, meant):
    page = bram.submit(bram.get(HOURS), HOURS, **with_times(0, **said))
    assert page.status == 200
    assert queries.windows_of(coach) == [Window(0, time(9), time(12), **meant)]
    details = next(e for e in page.tree.iter("details"))
    assert (details.get("open") is not None) == bool(meant)
    again = bram.submit(page, HOURS)
    assert again.status == 200
    assert queries.windows_of(coach) == [Window(0, time(9), time(12), **meant)]


@pytest.mark.parametrize(
    ("said", "field"),
    [
        ({"rhythm": "2"}, "valid_from"),
        ({"valid_from": "2026-03-09", "valid_until": "2026-03-02"}, "valid_until"),
        ({"valid_from": "morgen"}, "valid_from"),
        ({"valid_until": "31-2-2026"}, "valid_until"),
        ({"valid_until": "9" * 300}, "valid_until"),
        ({"rhythm": "13", "valid_from": "2026-03-02"}, "rhythm"),
        ({"rhythm": "٣"}, "rhythm"),
        ({"rhythm": "vaak"}, "rhythm"),
    ],
)
def test_hours_tell_at_their_row_what_is_wrong_with_how_often(bram, coach, said, field):
    page = bram.submit(bram.get(HOURS), HOURS, **with_times(0, **said))
    assert page.status == 422
    assert page.by_id(f"w0-{field}-error") is not None
    assert f"#w0-{field}" in page.links
    assert next(page.tree.iter("details")).get("open") is not None
    if field != "rhythm":
        assert page.form(HOURS).fields[f"w0-{field}"] == [said.get(field, "")]
    assert stored(coach) == []


def test_hours_carry_how_often_through_every_button(bram, coach):
    said = {"rhythm": "odd", "valid_from": "ooit", "valid_until": "1-7-2026"}
    page = bram.submit(bram.get(HOURS), HOURS, **with_times(0, **said), add="0-evening", follow=False)
    page = bram.submit(page, HOURS, copy="0", follow=False)
    page = bram.submit(page, HOURS, drop="1", follow=False)
    fields = page.form(HOURS).fields
    assert len(times(page)) == 9
    for number in (0, 1, 3, 5, 7):
        assert fields[f"w{number}-rhythm"] == ["odd"]
        assert fields[f"w{number}-valid_from"] == ["ooit"]
        assert fields[f"w{number}-valid_until"] == ["2026-07-01"]
    for number in (2, 4, 6, 8):
        assert fields[f"w{number}-rhythm"] == ["all"]


def test_hours_in_odd_and_in_even_weeks_stand_beside_each_other(bram, coach):
    rows = with_rows((0, "9", "12"), (0, "9", "12")) | {"w0-rhythm": "odd", "w1-rhythm": "even"}
    page = bram.submit(bram.get(HOURS), HOURS, **rows)
    assert (page.status, len(stored(coach))) == (200, 2)
    page = bram.submit(page, HOURS, **{"w1-rhythm": "4", "w1-valid_from": "2026-03-02"})
    assert page.status == 422, "2026 has a week 53, after which odd and even change places"
    page = bram.submit(page, HOURS, **{"w1-valid_until": "2026-12-01"})
    assert page.status == 200
    page = bram.submit(page, HOURS, **{"w1-valid_from": "2026-03-09"})
    assert page.status == 422
    assert page.by_id("w1-error") is not None


def test_hours_keep_a_number_of_weeks_that_is_not_in_the_list(bram, coach):
    WeeklyHours.create(coach=coach, weekday=0, opens=time(9), closes=time(12), every=5, valid_from=date(2026, 3, 2))
    page = bram.submit(bram.get(HOURS), HOURS)
    assert page.status == 200
    assert queries.windows_of(coach)[0].every == 5


def test_hours_with_only_a_period_ask_for_the_times(bram, coach):
    page = bram.submit(bram.get(HOURS), HOURS, **with_rows((0, "", "")) | {"w0-valid_from": "2-3-2026"})
    assert page.status == 422
    assert page.form(HOURS).fields["w0-valid_from"] == ["2026-03-02"]


def test_hours_changed_meanwhile_tell_how_often_too(bram, coach):
    old_page = bram.get(HOURS)
    bram.submit(bram.get(HOURS), HOURS, **with_times(0, rhythm="2", valid_from="2-3-2026", valid_until="1-7-2026"))
    page = bram.submit(old_page, HOURS, **with_rows((4, "13", "17")))
    assert page.status == 409
    assert "elke 2 weken, vanaf 2 maart 2026, tot en met 1 juli 2026" in page.text


# -- schedule.extra, schedule.remove_extra

THURSDAY = {"on_day": "5-3-2026", "opens": "19", "closes": "21u"}


def extras(coach) -> list[Extra]:
    return queries.extras_of(coach, since=date(2026, 3, 2))


def test_extra_hours_are_added_and_listed_with_their_day_in_words(bram, coach):
    page = bram.submit(bram.get(EXTRA), EXTRA, **THURSDAY)
    assert page.status == 200
    assert extras(coach) == [Extra(date(2026, 3, 5), time(19), time(21))]
    assert "Donderdag 5 maart 2026" in page.text
    assert "19.00–21.00" in page.text
    bram.submit(page, EXTRA, **THURSDAY)
    page = bram.submit(page, EXTRA, on_day="2026-03-06", opens="20", closes="24:00")
    assert len(extras(coach)) == 2
    assert "20.00–24.00" in page.text
    assert [entry.event for entry in AuditEntry.select()].count("availability.extra_added") == 2
    assert bram.get(HOURS).text.count("donderdag 5 maart 2026 om 19.00") == 1


@pytest.mark.parametrize(
    ("field", "values"),
    [
        ("on_day", {"on_day": ""}),
        ("on_day", {"on_day": "morgen"}),
        ("on_day", {"on_day": "1-3-2026"}),
        ("on_day", {"on_day": "10-3-2026"}),
        ("opens", {"opens": ""}),
        ("opens", {"opens": "25"}),
        ("opens", {"opens": "9" * 300}),
        ("opens", {"on_day": "6-3-2026"}),
        ("closes", {"closes": "negen"}),
        ("closes", {"closes": "18"}),
    ],
)
def test_extra_hours_refuse_at_the_field_and_keep_what_was_typed(bram, coach, field, values):
    ExtraHours.create(coach=coach, on_day=date(2026, 3, 6), opens=time(20), closes=time(22), created_at=NOW)
    Absence.create(coach=coach, from_on=date(2026, 3, 9), until_on=date(2026, 3, 11), created_at=NOW)
    page = bram.submit(bram.get(EXTRA), EXTRA, **{**THURSDAY, **values})
    assert page.status == 422
    assert page.by_id(f"{field}-error") is not None
    for name in ("opens", "closes"):
        assert page.form(EXTRA).fields[name] == [{**THURSDAY, **values}[name]]
    assert len(extras(coach)) == 1


def test_extra_hours_tell_all_that_is_wrong_at_once(bram, coach):
    page = bram.submit(bram.get(EXTRA), EXTRA, on_day="2026-03-01", opens="21", closes="19")
    assert page.status == 422
    assert page.by_id("on_day-error") is not None
    assert page.by_id("closes-error") is not None


def test_extra_hours_that_are_over_are_not_shown(bram, coach):
    ExtraHours.create(coach=coach, on_day=date(2026, 3, 1), opens=time(20), closes=time(22), created_at=NOW)
    assert "1 maart" not in bram.get(EXTRA).text


def test_extra_hours_cost_the_same_for_one_and_for_three(bram, coach):
    ExtraHours.create(coach=coach, on_day=date(2026, 3, 3), opens=time(20), closes=time(22), created_at=NOW)
    bram.get(EXTRA)
    for_one = bram.queries
    for day in (4, 5):
        ExtraHours.create(coach=coach, on_day=date(2026, 3, day), opens=time(20), closes=time(22), created_at=NOW)
    bram.get(EXTRA)
    assert bram.queries == for_one <= 5


def test_extra_comes_alone_for_htmx(bram):
    page = bram.submit(bram.get(EXTRA), EXTRA, htmx=True, follow=False)
    assert page.status == 422
    assert not list(page.tree.iter("h1"))
    assert page.by_id("extra_form") is not None


def test_remove_extra_is_one_button(bram, coach):
    page = bram.submit(bram.get(EXTRA), EXTRA, **THURSDAY)
    page = bram.submit(page, DROP_EXTRA)
    assert (page.status, extras(coach)) == (200, [])
    assert bram.get(DROP_EXTRA).status == 405
    token = page.form(EXTRA).fields["csrf_token"]
    assert bram.post(DROP_EXTRA, {"csrf_token": token, **THURSDAY}).status == 404
    assert bram.post(DROP_EXTRA, {"csrf_token": token, "on_day": "x"}).status == 404


def test_remove_extra_shows_the_talks_in_it_first(bram, coach, people):
    page = bram.submit(bram.get(EXTRA), EXTRA, **THURSDAY)
    planned_talk(coupled(people.noor, coach), datetime(2026, 3, 5, 18, tzinfo=UTC))
    page = bram.submit(page, DROP_EXTRA)
    assert page.status == 200
    assert "Donderdag 5 maart 2026 om 19.00 uur met Noor" in page.text
    assert len(extras(coach)) == 1
    page = bram.submit(page, DROP_EXTRA, button="Ja, bewaar")
    assert (page.status, extras(coach)) == (200, [])
    assert len(queries.coming_talks(coach, NOW)) == 1


# -- availability.absences


@pytest.mark.parametrize("typed", ["6-3-2026", "06-03-2026", "2026-03-06", "6 maart 2026", "vr 6 mrt. 2026", "6/3/26"])
def test_absences_are_read_in_any_notation(bram, coach, typed):
    page = bram.submit(bram.get(ABSENCES), ABSENCES, from_on=typed, until_on="8 april 2026")
    assert page.status == 200
    (absence,) = Absence.select()
    assert (absence.from_on, absence.until_on) == (date(2026, 3, 6), date(2026, 4, 8))
    assert "rijdag 6 maart 2026" in page.text


def test_absences_of_one_day_need_one_day(bram, coach):
    bram.submit(bram.get(ABSENCES), ABSENCES, from_on="6-3-2026")
    (absence,) = Absence.select()
    assert absence.from_on == absence.until_on == date(2026, 3, 6)


@pytest.mark.parametrize(
    ("field", "values"),
    [
        ("from_on", {"from_on": ""}),
        ("from_on", {"from_on": "morgen"}),
        ("from_on", {"from_on": "31-2-2026"}),
        ("from_on", {"from_on": "9999-12-31"}),
        ("until_on", {"from_on": "2026-03-09", "until_on": "2026-03-08"}),
        ("until_on", {"from_on": "2026-02-01", "until_on": "2026-02-02"}),
        ("until_on", {"from_on": "2026-03-09", "until_on": "0000-00-00"}),
    ],
)
def test_absences_refuse_at_the_field_and_keep_what_was_typed(bram, coach, field, values):
    page = bram.submit(bram.get(ABSENCES), ABSENCES, **values)
    assert page.status == 422
    assert page.by_id(f"{field}-error") is not None
    for name, typed in values.items():
        assert page.form(ABSENCES).fields[name] == [typed]
    assert Absence.select().count() == 0


def test_absences_show_how_many_talks_stay(bram, coach):
    take(coach, TUESDAY_NINE)
    take(coach, TUESDAY_NINE + timedelta(hours=3))
    page = bram.submit(bram.get(ABSENCES), ABSENCES, from_on="3-3-2026")
    assert page.html.count("tag late") == 1
    assert len(queries.coming_talks(coach, NOW)) == 2
    page = bram.submit(page, ABSENCES, from_on="4-3-2026")
    assert page.html.count("tag late") == 1


def test_remove_absence_is_one_button(bram, coach):
    page = bram.submit(bram.get(ABSENCES), ABSENCES, from_on="3-3-2026")
    page = bram.submit(page, REMOVE)
    assert (page.status, Absence.select().count()) == (200, 0)
    assert bram.get(REMOVE).status == 405
    token = page.form(ABSENCES).fields["csrf_token"]
    assert bram.post(REMOVE, {"csrf_token": token, "from_on": "2026-03-03"}).status == 404
    assert bram.post(REMOVE, {"csrf_token": token, "from_on": "x"}).status == 404


def test_absences_that_are_over_are_not_shown(bram, coach):
    Absence.create(coach=coach, from_on=date(2026, 2, 1), until_on=date(2026, 3, 1), created_at=NOW)
    assert "1 maart" not in bram.get(ABSENCES).text


def test_absences_cost_the_same_for_one_and_for_three(bram, coach):
    Absence.create(coach=coach, from_on=date(2026, 3, 3), until_on=date(2026, 3, 3), created_at=NOW)
    bram.get(ABSENCES)
    for_one = bram.queries
    for day in (4, 5):
        Absence.create(coach=coach, from_on=date(2026, 3, day), until_on=date(2026, 3, day), created_at=NOW)
    bram.get(ABSENCES)
    assert bram.queries == for_one <= 5


def test_absences_come_alone_for_htmx(bram):
    page = bram.submit(bram.get(ABSENCES), ABSENCES, htmx=True, follow=False)
    assert page.status == 422
    assert not list(page.tree.iter("h1"))
    assert page.by_id("absence_form") is not None


# -- who may not

PAGES = [
    *[(method, path) for path in (HOURS, EXTRA, ABSENCES) for method in ("GET", "POST")],
    ("POST", DROP_EXTRA),
    ("POST", REMOVE),
]


def ask(client, method, path):
    if method == "GET":
        return client.get(path)
    token = next(form.fields["csrf_token"] for form in client.get("/over").forms if "csrf_token" in form.fields)
    return client.post(path, {"csrf_token": token})


@pytest.mark.parametrize(("method", "path"), PAGES)
def test_who_is_not_signed_in_goes_to_sign_in(client, method, path):
    page = ask(client, method, path)
    assert (page.status, page.location) == (303, "/inloggen")


@pytest.mark.parametrize("who", ["noor", "wilma", "rik", "fay", "oscar"])
@pytest.mark.parametrize(("method", "path"), PAGES)
def test_only_coaches_keep_hours(client, people, who, method, path):
    assert ask(client.sign_in(getattr(people, who)), method, path).status == 403


def test_everyone_sees_their_own_hours_only(bram, coach, people):
    other = bookable_coach(account("Anna", Role.COACH), TWENTE, weekdays=(0,))
    page = bram.submit(bram.get(HOURS), HOURS, **with_rows((2, "9", "12")))
    assert times(page) == [("2", "9.00", "12.00")]
    assert queries.windows_of(other) == [Window(0, time(9), time(17))]
    Absence.create(coach=other, from_on=date(2026, 3, 3), until_on=date(2026, 3, 3), created_at=NOW)
    assert "3 maart" not in bram.get(ABSENCES).text
    token = page.form(HOURS).fields["csrf_token"]
    assert bram.post(REMOVE, {"csrf_token": token, "from_on": "2026-03-03", "until_on": "2026-03-03"}).status == 404
    assert Absence.select().count() == 1
    ExtraHours.create(coach=other, on_day=date(2026, 3, 5), opens=time(19), closes=time(21), created_at=NOW)
    assert "5 maart" not in bram.get(EXTRA).text
    assert bram.post(DROP_EXTRA, {"csrf_token": token, **THURSDAY}).status == 404
    assert ExtraHours.select().count() == 1
