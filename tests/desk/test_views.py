"""The region's desk on the real portal: who sees what, finding people, and every step with an enrolment."""

from datetime import UTC, datetime, timedelta

import pytest

from portal.access import PORTAL, Role
from portal.audit import AuditEntry, Deed
from portal.enrolments import actions as enrolments
from portal.enrolments.models import Enrolment, EnrolmentEvent
from portal.enrolments.rules import EnrolmentStatus, EventKind
from portal.programmes.codes import CloseReason
from portal.sessions.models import Session
from portal.trajectories import actions as trajectories
from portal.trajectories import queries as trajectory_queries
from portal.trajectories.models import Trajectory
from tests import factories
from tests.conftest import START
from tests.factories import TWENTE, ZUID_LIMBURG
from tests.page import Client

WORDS = "Zwijgplicht-kanarie over mijn nachtdiensten"
FILTERS = ["", *(f"?stand={shown}" for shown in ("new", "overdue", "without_coach", "with_coach", "closed", "all"))]
PAGES = ("", "/coach", "/andere-regio", "/afsluiten")


@pytest.fixture
def desk(client, people):
    """Wilma of Twente at her desk, in English."""
    client.flask.set_cookie("taal", "en", domain="portal.example.org")
    return client.sign_in(people.wilma)


@pytest.fixture
def fatima(people, clock):
    """Signed up last Friday, with topics and words."""
    return factories.signed_up(
        "Fatima",
        last_name="van den Berg",
        themes=("stress", "role"),
        words=WORDS,
        branch="vvt",
        call_times=("evening",),
        now=START - timedelta(days=3),
    )


def path(enrolment, step=""):
    return f"/regio/aanmelding/{enrolment.public_id}{step}"


def status_of(enrolment):
    return Enrolment.get_by_id(enrolment.id).status


def rows(page):
    return [" ".join(" ".join(tr.itertext()).split()) for tr in page.tree.iter("tr")][1:]


def figures(page):
    return [int(next(li.iter("b")).text) for ul in page.tree.iter("ul") if ul.get("class") == "figures" for li in ul]


def otto_of(app, people):
    return Client(app).sign_in(people.otto)


# -- the inbox


@pytest.mark.both_engines
def test_inbox_shows_who_waits_the_longest_waiting_first(desk, people):
    factories.signed_up("Kees", programme="ecz", now=START - timedelta(hours=1))
    factories.signed_up("Lotte", last_name="van den Berg", now=START - timedelta(days=10))
    coach = factories.bookable_coach(people.bram)
    ibrahim = factories.signed_up("Ibrahim", last_name="", now=START - timedelta(days=4))
    trajectories.couple(PORTAL, enrolment=ibrahim, coach=coach, chosen_by="desk", now=START - timedelta(days=4))
    page = desk.get("/regio")
    assert page.h1 == "Region Twente, week 10"
    assert figures(page) == [2, 1, 2, 1]
    assert rows(page) == [
        "Lotte van den B. Sterk in je werk Enschede Without a coach 6 working days",
        "Ibrahim Sterk in je werk Enschede Contact before Thu 5 March, 11:00 2 working days",
        "Kees de V. Extra coaching voor de zorg Enschede Contact before Tue 3 March, 10:00 today",
    ]


def test_inbox_says_when_nobody_waits(desk):
    page = desk.get("/regio")
    assert figures(page) == [0, 0, 0, 0]
    assert "Nobody is waiting" in page.text
    assert "Nobody fits what you chose" in desk.get("/regio?stand=closed").text


def test_inbox_shows_the_appointment(desk, people, fatima):
    trajectory = trajectories.couple(
        PORTAL, enrolment=fatima, coach=factories.bookable_coach(people.bram), chosen_by="desk", now=START
    )
    factories.talk(trajectory, status="planned", now=START + timedelta(days=3))
    factories.talk(trajectory, status="planned", now=START + timedelta(days=1))
    factories.talk(trajectory, status="cancelled_coach", now=START + timedelta(hours=2))
    assert rows(desk.get("/regio")) == [
        "Fatima van den B. Sterk in je werk Enschede Appointment Tue 3 March 1 working day"
    ]


@pytest.mark.both_engines
def test_inbox_filters_by_state_programme_and_branch(desk, people):
    factories.signed_up("Anna", programme="ecz", branch="ggz")
    factories.signed_up("Bas", branch="vvt")
    cor = factories.signed_up("Cor", branch="vvt")
    enrolments.note(cor, EventKind.CLOSED, actor=PORTAL, now=START, status=EnrolmentStatus.WITHDRAWN)

    def names(query):
        return [row.split()[0] for row in rows(desk.get(f"/regio?{query}"))]

    assert names("stand=new") == ["Anna", "Bas"]
    assert names("stand=closed") == ["Cor"]
    assert sorted(names("stand=all")) == ["Anna", "Bas", "Cor"]
    assert names("programma=ecz") == ["Anna"]
    assert names("stand=all&programma=sijw&branche=vvt") == ["Cor", "Bas"]
    assert names("branche=ko") == []
    assert "Withdrawn" in rows(desk.get("/regio?stand=closed"))[0]


@pytest.mark.parametrize(
    "query",
    [
        "stand=x",
        "programma=x",
        "branche=%20",
        "regio=RA1428",
        "regio=%27",
        "pagina=-1",
        "pagina=999999",
        "pagina=%C3%A9",
    ],
)
def test_inbox_falls_back_on_what_it_does_not_know(desk, fatima, query):
    page = desk.get(f"/regio?{query}")
    assert (page.status, len(rows(page))) == (200, 1)


@pytest.mark.both_engines
def test_inbox_is_paged_by_fifty(desk, people):
    for number in range(51):
        factories.enrolment(people.noor, now=START - timedelta(minutes=number))
    first = desk.get("/regio")
    assert len(rows(first)) == 50
    second = desk.get(first.link("Next page"))
    assert len(rows(second)) == 1
    assert len(rows(desk.get(second.link("Previous page")))) == 50
    assert len(rows(desk.get("/regio?pagina=7&stand=new"))) == 1


def test_inbox_gives_htmx_the_list_and_the_browser_the_page(desk, fatima):
    page = desk.get("/regio?stand=all", htmx=True)
    assert page.by_id("worklist") is not None
    assert "<h1" not in page.html
    restored = desk.get("/regio?stand=all", htmx=True, headers={"HX-History-Restore-Request": "true"})
    assert "<h1" in restored.html


def test_inbox_filter_works_without_javascript(desk, fatima):
    form = next(f for f in desk.get("/regio").forms if f.method == "get")
    assert form.action.endswith("/regio")
    assert set(form.fields) == {"stand", "programma", "branche"}


@pytest.mark.both_engines
def test_inbox_of_several_regions_shows_and_filters_them(client, people):
    both = factories.account("Willy", Role.REGION_STAFF, TWENTE, "RA0204")
    client.flask.set_cookie("taal", "en", domain="portal.example.org")
    client.sign_in(both)
    factories.signed_up("Anna")
    factories.signed_up("Bas", region="RA0204")
    factories.signed_up("Cor", region=ZUID_LIMBURG)
    page = client.get("/regio")
    assert page.h1 == "Your regions, week 10"
    assert [row.split()[0] for row in rows(page)] == ["Anna", "Bas"]
    assert "Regio Zwolle" in rows(page)[1]
    assert [row.split()[0] for row in rows(client.get("/regio?regio=RA0204"))] == ["Bas"]
    assert [row.split()[0] for row in rows(client.get(f"/regio?regio={ZUID_LIMBURG}"))] == ["Anna", "Bas"]


def test_inbox_costs_as_many_queries_for_three_as_for_one(desk, people):
    factories.signed_up("Anna")
    desk.get("/regio")
    desk.get("/regio")
    for_one = desk.queries
    coach = factories.bookable_coach(people.bram)
    for name in ("Bas", "Cor"):
        made = factories.signed_up(name)
        trajectory = trajectories.couple(PORTAL, enrolment=made, coach=coach, chosen_by="desk", now=START)
        factories.talk(trajectory, status="planned", now=START + timedelta(days=1))
    assert len(rows(desk.get("/regio"))) == 3
    assert desk.queries == for_one <= 8


# -- who sees what


@pytest.mark.both_engines
def test_nobody_of_another_region_finds_anybody(app, people, fatima):
    otto = otto_of(app, people)
    for query in FILTERS:
        for extra in ("", f"regio={TWENTE}", "pagina=2", "programma=sijw", "branche=vvt"):
            page = otto.get(f"/regio{query}{'&' if query else '?'}{extra}")
            assert page.status == 200
            assert "Fatima" not in page.html
    assert "Fatima" not in otto.get("/regio?stand=all", htmx=True).html


@pytest.mark.parametrize("step", PAGES)
def test_somebody_of_another_region_is_not_there(app, people, fatima, step):
    otto = otto_of(app, people)
    page = otto.get(path(fatima, step))
    assert (page.status, "Fatima" in page.html) == (404, False)
    nowhere = otto.get("/regio/aanmelding/AAAAAAAAAAAAAAAAAAAAAA" + step)
    assert nowhere.status == 404
    assert page.text.replace(fatima.public_id, "") == nowhere.text.replace("AAAAAAAAAAAAAAAAAAAAAA", "")


@pytest.mark.parametrize("step", ["/in-behandeling", "/wachtlijst", "/coach", "/andere-regio", "/afsluiten"])
def test_nobody_of_another_region_changes_anything(app, people, fatima, step):
    otto = otto_of(app, people)
    token = otto.get("/mijn-inlog").form().fields["csrf_token"][0]
    sent = {"csrf_token": token, "seen": "2", "outcome": "withdrawn", "region": ZUID_LIMBURG, "coach": "x"}
    assert otto.post(path(fatima, step), sent).status == 404
    assert (status_of(fatima), Enrolment.get().region_id) == (EnrolmentStatus.CONFIRMED, TWENTE)


@pytest.mark.parametrize("who", ["noor", "bram", "rik", "fay", "oscar"])
@pytest.mark.parametrize("step", [None, *PAGES])
def test_no_other_role_comes_in(client, people, fatima, who, step):
    client.sign_in(getattr(people, who))
    page = client.get("/regio" if step is None else path(fatima, step))
    assert (page.status, "Fatima" in page.html) == (403, False)


@pytest.mark.parametrize("step", [None, *PAGES])
def test_a_visitor_signs_in_first(client, fatima, step):
    page = client.get("/regio" if step is None else path(fatima, step))
    assert (page.status, page.location.startswith("/inloggen")) == (303, True)


@pytest.mark.parametrize("step", ["/in-behandeling", "/wachtlijst"])
def test_a_step_is_not_taken_by_looking(desk, fatima, step):
    assert desk.get(path(fatima, step)).status == 405


def test_words_are_nowhere_at_the_desk(desk, people, fatima):
    factories.bookable_coach(people.bram)
    assert Enrolment.get().words == WORDS
    for address in ["/regio?stand=all", *(path(fatima, step) for step in PAGES)]:
        assert "kanarie" not in desk.get(address).html


def test_an_unconfirmed_sign_up_is_not_at_the_desk(desk, fatima):
    Enrolment.update(status=EnrolmentStatus.SUBMITTED, enrolled_at=None).execute()
    assert rows(desk.get("/regio?stand=all")) == []
    assert desk.get(path(fatima)).status == 404


def test_staff_see_their_own_enrolment_elsewhere_not_at_their_desk(desk, people):
    own = factories.enrolment(people.wilma, region=ZUID_LIMBURG)
    assert rows(desk.get("/regio?stand=all")) == []
    assert desk.get(path(own)).status == 404


# -- one enrolment


def test_enrolment_shows_whom_to_call_and_about_what(desk, fatima):
    page = desk.get(path(fatima))
    assert page.h1 == "Fatima van den Berg"
    for seen in (
        "06 12 34 56 78",
        "fatima@example.org",
        "Evening",
        "Recognising stress and coping with it, other tasks or another job",
        "Nursing, residential care and home care",
        "Enschede",
        "Twente",
        "Signed up",
        "Confirmed the address",
    ):
        assert seen in page.text


def test_enrolment_writes_down_who_looked(desk, people, fatima):
    desk.get(path(fatima))
    entry = AuditEntry.get(AuditEntry.deed == Deed.READ)
    assert (entry.event, entry.actor_id, entry.subject_table, entry.subject_id) == (
        "enrolment.read",
        people.wilma.id,
        "enrolment",
        fatima.id,
    )


def test_enrolment_shows_coach_talks_and_until_when_contact(desk, people, fatima):
    trajectory = trajectories.couple(
        PORTAL, enrolment=fatima, coach=factories.bookable_coach(people.bram), chosen_by="desk", now=START
    )
    factories.talk(trajectory, status="no_show", now=START - timedelta(hours=3))
    page = desk.get(path(fatima))
    assert "Bram de Vries" in page.text
    assert "Contact before Monday 9 March at 11:00" in page.text
    assert rows(page) == ["Monday 2 March 2026 at 08:00 Talk Did not come –"]
    trajectories.note_contact(PORTAL, trajectory, now=START)
    assert "First contact Monday 2 March 2026" in desk.get(path(fatima)).text


def test_enrolment_hides_contact_once_it_is_closed(desk, people, fatima):
    factories.bookable_coach(people.bram)
    desk.submit(desk.get(path(fatima, "/afsluiten")), path(fatima, "/afsluiten"), outcome="withdrawn")
    page = desk.get(path(fatima))
    assert page.h1 == "Fatima van den B."
    for hidden in ("fatima@example.org", "12 34 56", "Berg", "Topics"):
        assert hidden not in page.html
    assert "You see no contact data any more." in page.text
    assert not [f for f in page.forms if "/regio/aanmelding" in f.action]


def test_enrolment_tells_nothing_of_a_referral(desk, people, fatima):
    trajectory = trajectories.couple(
        PORTAL, enrolment=fatima, coach=factories.bookable_coach(people.bram), chosen_by="desk", now=START
    )
    factories.sent_handover(trajectory_queries.as_it_is_now(trajectory))
    trajectories.close(PORTAL, Trajectory.get_by_id(trajectory.id), reason=CloseReason.REFERRED, now=START)
    page = desk.get(path(fatima))
    timeline = page.text.partition("What happened")[2]
    assert "Closed" in timeline
    for hidden in ("Referred", "Warm", "handover", "Trauma", "trauma", "Stopped"):
        assert hidden not in page.html


@pytest.mark.parametrize("ended", [EnrolmentStatus.HANDED_OVER, EnrolmentStatus.STOPPED, EnrolmentStatus.COMPLETED])
def test_handed_over_reads_as_any_other_end(desk, fatima, ended):
    enrolments.note(fatima, EventKind.STATUS_SET, actor=PORTAL, now=START, status=ended)
    texts = [desk.get(path(fatima)).text, desk.get("/regio?stand=closed").text.partition("Last change")[2]]
    for text in texts:
        assert "Closed" in text
        for word in ("anded", "topped", "ompleted"):
            assert word not in text


def test_enrolment_of_an_erased_person_still_opens(desk, fatima):
    Enrolment.update(participant=None).execute()
    assert desk.get(path(fatima)).h1 == "Somebody"
    assert rows(desk.get("/regio"))[0].startswith("Somebody")


# -- steps


def test_take_on_is_one_button(desk, fatima):
    page = desk.submit(desk.get(path(fatima)), button="Take this on")
    assert "You have taken this on." in page.text
    assert status_of(fatima) == EnrolmentStatus.IN_PROGRESS


def test_put_on_waiting_list_after_taking_it_on(desk, people, fatima):
    page = desk.submit(desk.get(path(fatima)), button="Take this on")
    page = desk.submit(page, button="Put on the waiting list")
    assert "This person is on the waiting list." in page.text
    assert status_of(fatima) == EnrolmentStatus.WAITING
    last = EnrolmentEvent.select().order_by(EnrolmentEvent.id.desc()).first()
    assert (last.kind, last.status, last.actor_id) == (EventKind.STATUS_SET, EnrolmentStatus.WAITING, people.wilma.id)


@pytest.mark.parametrize("button", ["Take this on", "Put on the waiting list"])
def test_the_second_click_finds_it_done(desk, fatima, button):
    page = desk.get(path(fatima))
    desk.submit(page, button=button)
    again = desk.submit(page, button=button)
    assert again.status == 409
    assert "Something has changed since you opened this page." in again.errors[0]
    assert again.h1 == "Fatima van den Berg"
    assert EnrolmentEvent.select().where(EnrolmentEvent.kind == EventKind.STATUS_SET).count() == 1


@pytest.mark.parametrize("seen", ["", "-1", "abc", "99999999999999999999"])
def test_a_step_needs_the_version_that_was_seen(desk, fatima, seen):
    assert desk.submit(desk.get(path(fatima)), button="Take this on", seen=seen).status == 409
    assert status_of(fatima) == EnrolmentStatus.CONFIRMED


def test_choose_coach_couples_and_tells_both(desk, people, mailbox, fatima):
    coach = factories.bookable_coach(people.bram, themes={"stress"}, branches={"vvt"})
    page = desk.get(desk.get(path(fatima)).link("Find a coach"))
    assert "knows: nursing, residential care and home care" in page.text
    assert "works in this region" in page.text
    assert "your region" not in page.text
    assert "Tuesday 3 March at 11:00" in page.text
    done = desk.submit(page, path(fatima, "/coach"), button="Choose Bram")
    assert "Bram de Vries is the coach now." in done.text
    trajectory = Trajectory.get()
    assert (trajectory.coach_id, trajectory.chosen_by, status_of(fatima)) == (coach.id, "desk", EnrolmentStatus.MATCHED)
    assert mailbox.last("bram@example.org").template == "matching/for_coach"
    assert mailbox.last("fatima@example.org").template == "matching/for_participant"
    assert "No coach is needed now" in desk.get(path(fatima, "/coach")).text


def test_choose_coach_in_the_whole_country(desk, people, fatima):
    factories.bookable_coach(people.chris, ZUID_LIMBURG)
    page = desk.get(path(fatima, "/coach"))
    assert "No coach has room now" in page.text
    page = desk.get(page.link("Coaches in the whole country"))
    desk.submit(page, path(fatima, "/coach"), button="Choose Chris")
    assert Trajectory.get().coach.account_id == people.chris.id


def test_choose_coach_shows_more_when_there_are_more(desk, people, fatima):
    for number in range(7):
        factories.bookable_coach(factories.account(f"Coach{number}", Role.COACH, TWENTE))
    page = desk.get(path(fatima, "/coach"))
    assert page.text.count("First available time:") == 6
    assert desk.get(page.link("Show more coaches")).text.count("First available time:") == 7
    assert desk.get(path(fatima, "/coach?aantal=-5")).text.count("First available time:") == 6
    assert desk.get(path(fatima, "/coach?aantal=x")).text.count("First available time:") == 6


def test_choose_coach_who_cannot_be_chosen_any_more(desk, people, fatima):
    coach = factories.bookable_coach(people.bram)
    page = desk.get(path(fatima, "/coach"))
    type(coach).update(status="paused").execute()
    refused = desk.submit(page, path(fatima, "/coach"), button="Choose Bram")
    assert (refused.status, refused.errors[0]) == (409, "This coach cannot be chosen any more. Choose another coach.")
    assert desk.submit(page, path(fatima, "/coach"), coach="nobody").status == 409
    assert Trajectory.select().count() == 0


def test_choose_coach_who_is_full(desk, people, fatima):
    coach = factories.bookable_coach(people.bram, capacity=1)
    page = desk.get(path(fatima, "/coach"))
    trajectories.couple(PORTAL, enrolment=factories.signed_up("Kees"), coach=coach, chosen_by="participant", now=START)
    refused = desk.submit(page, path(fatima, "/coach"), button="Choose Bram", htmx=True)
    assert refused.status == 409
    assert "no room for new people" in refused.errors[0]
    assert "<h1" not in refused.html


@pytest.mark.both_engines
def test_choose_coach_when_the_participant_was_first(desk, people, fatima):
    factories.bookable_coach(people.bram)
    other = factories.bookable_coach(people.chris)
    page = desk.get(path(fatima, "/coach"))
    trajectories.couple(PORTAL, enrolment=fatima, coach=other, chosen_by="participant", now=START)
    assert desk.submit(page, path(fatima, "/coach"), button="Choose Bram").status == 409
    assert Trajectory.get().coach_id == other.id


def test_change_region_hands_it_to_the_other_desk(app, desk, people, fatima):
    page = desk.get(desk.get(path(fatima)).link("Pass on to another region"))
    assert len(list(page.by_id("region").iter("option"))) == 29
    done = desk.submit(page, path(fatima, "/andere-regio"), region=ZUID_LIMBURG)
    assert done.h1.startswith("Region Twente")
    assert "Passed on to the Zuid-Limburg region." in done.text
    assert rows(done) == []
    assert desk.get(path(fatima)).status == 404
    assert "Fatima van den Berg" in otto_of(app, people).get(path(fatima)).text
    kept = Enrolment.get()
    assert (kept.region_id, kept.status) == (ZUID_LIMBURG, EnrolmentStatus.CONFIRMED)
    assert EnrolmentEvent.select().where(EnrolmentEvent.kind == EventKind.REGION_CHANGED).count() == 1
    assert AuditEntry.get(AuditEntry.event == "enrolment.region_changed").detail == f"{TWENTE} > {ZUID_LIMBURG}"


@pytest.mark.parametrize(
    ("region", "message"),
    [
        ("", "Choose a region."),
        ("RA9999", "Choose one of the answers on this page."),
        (TWENTE, "This is the region where the enrolment is now. Choose another one."),
    ],
)
def test_change_region_refuses_what_is_no_other_region(desk, fatima, region, message):
    page = desk.submit(desk.get(path(fatima, "/andere-regio")), path(fatima, "/andere-regio"), region=region)
    assert (page.status, message in page.text_of("region-error")) == (422, True)
    assert Enrolment.get().region_id == TWENTE


def test_close_asks_why(desk, fatima):
    page = desk.submit(desk.get(path(fatima, "/afsluiten")), path(fatima, "/afsluiten"), htmx=True)
    assert (page.status, page.errors[0]) == (422, "Choose why you close it.")
    assert page.by_id("close_form") is not None
    assert "<h1" in page.html
    assert "<main" not in page.html


@pytest.mark.parametrize("outcome", ["withdrawn", "out_of_scope", "duplicate"])
def test_close_without_coach(desk, people, fatima, outcome):
    done = desk.submit(desk.get(path(fatima, "/afsluiten")), path(fatima, "/afsluiten"), outcome=outcome)
    assert "This enrolment is closed." in done.text
    assert rows(done) == []
    assert status_of(fatima) == outcome
    last = EnrolmentEvent.select().order_by(EnrolmentEvent.id.desc()).first()
    assert (last.kind, last.status, last.actor_id) == (EventKind.CLOSED, outcome, people.wilma.id)


def test_close_as_unreachable_takes_three_tries(desk, fatima):
    address = path(fatima, "/afsluiten")
    early = desk.submit(desk.get(address), address, outcome="unreachable", tried="y")
    assert (early.status, "First take it on" in early.text_of("outcome-error")) == (422, True)
    desk.submit(desk.get(path(fatima)), button="Take this on")
    untried = desk.submit(desk.get(address), address, outcome="unreachable")
    assert (untried.status, "Try three times" in untried.text_of("tried-error")) == (422, True)
    desk.submit(untried, address, outcome="unreachable", tried="y")
    assert status_of(fatima) == EnrolmentStatus.UNREACHABLE


def test_close_from_an_old_page_is_refused_kindly(desk, fatima):
    address = path(fatima, "/afsluiten")
    page = desk.get(address)
    desk.submit(desk.get(path(fatima)), button="Take this on")
    refused = desk.submit(page, address, outcome="withdrawn")
    assert (refused.status, status_of(fatima)) == (409, EnrolmentStatus.IN_PROGRESS)
    assert refused.form(address).fields["outcome"] == ["withdrawn"]
    desk.submit(refused, address)
    assert status_of(fatima) == EnrolmentStatus.WITHDRAWN


def test_close_is_for_the_coach_once_there_is_one(desk, people, fatima):
    trajectories.couple(
        PORTAL, enrolment=fatima, coach=factories.bookable_coach(people.bram), chosen_by="desk", now=START
    )
    assert "Close without a coach" not in desk.get(path(fatima)).text
    address = path(fatima, "/afsluiten")
    refused = desk.submit(desk.get(address), address, outcome="withdrawn")
    assert (refused.status, status_of(fatima)) == (409, EnrolmentStatus.MATCHED)


def test_forms_take_no_more_than_they_show(desk, people, fatima):
    sent = {"status": "completed", "region_id": ZUID_LIMBURG, "participant": people.otto.id, "version": "9", "id": "1"}
    desk.submit(desk.get(path(fatima)), button="Take this on", **sent)
    kept = Enrolment.get()
    assert (kept.status, kept.region_id, kept.participant_id) == (
        EnrolmentStatus.IN_PROGRESS,
        TWENTE,
        fatima.participant_id,
    )


# -- talks, for who calls the desk


@pytest.fixture
def talking(people, fatima):
    """Fatima with Bram, and a talk on Thursday."""
    coach = factories.bookable_coach(people.bram)
    trajectory = trajectories.couple(PORTAL, enrolment=fatima, coach=coach, chosen_by="desk", now=START)
    return factories.planned_talk(Trajectory.get_by_id(trajectory.id), datetime(2026, 3, 5, 13, tzinfo=UTC))


def times(page):
    return [e for e in page.tree.iter("button") if e.get("name") == "starts_at"]


def test_plan_talk_books_for_who_calls(desk, fatima, talking, mailbox):
    page = desk.get(desk.get(path(fatima)).link("Plan a talk"))
    address = path(fatima, "/gesprek")
    page = desk.submit(page, address, mode="phone", starts_at="2026-03-06T09:00:00+00:00")
    assert "The talk is planned. Both get a mail." in page.text
    assert Session.select().count() == 2
    assert mailbox.last("fatima@example.org").template == "sessions/booked"


def test_plan_talk_needs_a_coach(desk, fatima):
    assert desk.get(path(fatima, "/gesprek")).location == path(fatima)


def test_move_talk_keeps_one_thread(desk, fatima, talking, mailbox):
    address = f"/regio/gesprek/{talking.public_id}/verzetten"
    page = desk.get(address)
    assert times(page)
    page = desk.submit(page, address, mode="phone", starts_at="2026-03-06T09:00:00+00:00")
    assert "The talk has a new time. Both get a mail." in page.text
    moved = Session.get()
    assert (moved.starts_at, moved.sequence) == (datetime(2026, 3, 6, 9, tzinfo=UTC), 1)
    assert mailbox.last("fatima@example.org").template == "sessions/moved"


def test_move_talk_to_a_time_that_is_not_kept_is_refused_at_the_field(desk, talking):
    address = f"/regio/gesprek/{talking.public_id}/verzetten"
    page = desk.submit(desk.get(address), address, mode="phone", starts_at="2026-03-07T09:00:00+00:00")
    assert page.status == 422
    assert "You cannot choose this time." in page.errors[0]


def test_cancel_talk_tells_both_and_keeps_why(desk, fatima, talking, mailbox):
    address = f"/regio/gesprek/{talking.public_id}/afzeggen"
    page = desk.submit(desk.get(address), address, reason="ill")
    assert "The talk is cancelled. Both get a mail." in page.text
    assert (Session.get().status, Session.get().reason) == ("cancelled_desk", "ill")
    assert mailbox.last("fatima@example.org").template == "sessions/cancelled_by_us"
    assert desk.get(address).location == path(fatima)


@pytest.mark.parametrize("way", ["verzetten", "afzeggen"])
def test_talks_of_another_region_are_not_there(app, people, talking, way):
    assert otto_of(app, people).get(f"/regio/gesprek/{talking.public_id}/{way}").status == 404
