"""Signing up in five steps, coming back later, sending, confirming."""

import re
from datetime import timedelta

import pytest

from portal import clock as portal_clock
from portal import forms
from portal.accounts.models import Account, BrowserSession, Grant
from portal.enrolments import actions, jobs, rules
from portal.enrolments.models import Consent, Draft, Enrolment, EnrolmentTheme
from portal.enrolments.rules import EnrolmentStatus, Purpose
from portal.outbox import Mail
from portal.programmes.rules import PROGRAMMES
from portal.regions import queries as regions
from portal.throttle import within_limit
from tests import factories
from tests.page import BASE, Client, Page
from tests.words import dutch

FATIMA = {"first_name": "Fatima", "email": "fatima@example.org", "phone": "06 12 34 56 78"}
STEPS = [
    ("/aanmelden", "Where are you?"),
    ("/aanmelden/situatie", "What fits you?"),
    ("/aanmelden/onderwerpen", "What do you want to talk about?"),
    ("/aanmelden/contact", "How do we reach you?"),
    ("/aanmelden/controle", "Is everything right?"),
]
PATHS = [path for path, _ in STEPS]
WORDS = "Ik slaap slecht door de nachtdiensten."


def fill_in(client, programme="sijw", *, postcode="7511", contact=None, skip=False):
    """Walk the five steps up to the overview."""
    page = client.submit(client.get(f"/aanmelden?programma={programme}"), postcode=postcode)
    assert page.h1.startswith("Wat past bij"), page.text
    page = client.submit(page, work_situation="in_care", branch="vvt")
    if skip:
        page = client.submit(page, button="Liever niet")
    else:
        page = client.submit(page, button="Ga verder", themes=["stress", "role"], themes_consent="y")
    return client.submit(page, button="Ga verder", **(contact or FATIMA))


def send(client, **options):
    return client.submit(fill_in(client, **options), read_privacy="y")


def go_to_step(client, number: int) -> Page:
    """The step with this number, with all earlier ones filled in."""
    if number == 1:
        return client.get("/aanmelden")
    page = client.submit(client.get("/aanmelden"), postcode="7511")
    answers = [
        {"work_situation": "in_care", "branch": "vvt"},
        {"button": "Ga verder", "themes": ["stress"], "themes_consent": "y", "words": WORDS, "words_consent": "y"},
        {"button": "Ga verder", **FATIMA},
    ]
    for answer in answers[: number - 2]:
        page = client.submit(page, **answer)
    return client.get(PATHS[number - 1])


def link_in(mailbox, address="fatima@example.org") -> str:
    return mailbox.last(address).link("/aanmelden/bevestig/")


def checked(page: Page, name: str) -> list[str]:
    return page.form(button="Ga verder").fields.get(name, [])


def reopen(client: Client) -> Client:
    """The browser is closed and opened again: cookies of the visit are gone, the draft's cookie is not."""
    other = Client(client.app)
    for key, cookie in client.flask._cookies.items():
        if key[2] != "__Host-sessie":
            other.flask._cookies[key] = cookie
    return other


# -- the first step


def test_place_shows_the_region_and_goes_on(client):
    page = client.submit(client.get("/aanmelden"), postcode=" 7511 ab ")
    assert page.url.endswith("/aanmelden/situatie")
    assert "Jouw regio is Twente. WGV Zorg en Welzijn helpt je." in page.text


def test_place_does_not_say_region_twice(client):
    page = client.submit(client.get("/aanmelden"), postcode="8011")
    assert "Jouw regio is Zwolle. WGV Zorg en Welzijn helpt je." in page.text


@pytest.mark.parametrize("typed", ["0123", "0123 ab"])
def test_place_says_that_no_postcode_begins_with_zero(client, typed):
    page = client.submit(client.get("/aanmelden"), postcode=typed)
    assert page.status == 422
    assert page.text_of("postcode-error") == dutch("A Dutch postcode does not begin with 0. Look at it again.")


@pytest.mark.parametrize("typed", ["", "75", "abcd", "75111"])
def test_place_refuses_what_is_no_postcode(client, typed):
    page = client.submit(client.get("/aanmelden"), postcode=typed)
    assert page.status == 422
    assert "Vul 4 cijfers in, bijvoorbeeld 7511." in page.errors[0]
    assert page.form().fields["postcode"] == [typed]


@pytest.mark.parametrize("typed", ["7511", "7511AB", "7511 AB", " 7511  ab ", "7511\u00a0AB"])
def test_place_reads_every_notation_of_a_postcode(client, typed):
    assert client.submit(client.get("/aanmelden"), postcode=typed).url.endswith("/situatie")


def postcode_without_region() -> int:
    return next(pc4 for pc4 in range(1000, 10000) if regions.region_of_postcode(pc4) is None)


def test_place_without_region_asks_for_it(client):
    page = client.submit(client.get("/aanmelden"), postcode=str(postcode_without_region()))
    assert page.url.endswith("/aanmelden/regio")
    assert dutch("We do not know to which region your postcode belongs. Which region do you choose?") in page.text
    assert client.get("/aanmelden/situatie").location == "/aanmelden", "not before a region is chosen"
    nothing = client.submit(page)
    assert (nothing.status, set(nothing.errors)) == (422, {dutch("Choose your region.")})
    page = client.submit(page, region="RA0205")
    assert "Jouw regio is Twente." in page.text


def test_region_can_be_another_than_the_postcode_says(client):
    page = client.submit(client.get("/aanmelden"), postcode="7511")
    page = client.get(page.link(dutch("I want another region")))
    assert len([i for i in page.tree.iter("input") if i.get("name") == "region"]) == 28
    assert page.form(button="Ga verder").fields["region"] == ["RA0205"]
    page = client.submit(page, region="RA1428")
    assert "Jouw regio is" in page.text
    assert "Twente" not in page.text_of("inhoud")
    page = client.submit(client.get("/aanmelden"), postcode="7511")
    assert "Twente" not in page.text_of("inhoud"), "the same postcode again changes nothing"
    page = client.submit(client.get("/aanmelden"), postcode="7512")
    assert "Twente" in page.text_of("inhoud"), "another postcode does"


@pytest.mark.parametrize("region", ["", "RA9999", "Twente", "RA0205;RA0206", "' OR 1=1"])
def test_region_refuses_what_is_none(client, region):
    client.submit(client.get("/aanmelden"), postcode="7511")
    form = client.get("/aanmelden/regio").form(button="Ga verder")
    assert client.post(form.action, {**form.fields, "region": region}).status == 422


def test_situation_names_the_region_and_goes_on_to_the_topics(client):
    page = go_to_step(client, 2)
    assert "Twente" in page.text
    page = client.submit(page, work_situation="returner", branch="")
    assert (page.h1, page.url) == (dutch("What do you want to talk about?"), BASE + PATHS[2])
    assert client.get(PATHS[1]).form(button="Ga verder").fields["work_situation"] == ["returner"]


@pytest.mark.parametrize("programme", ["sijw", "ecz"])
def test_both_programmes_have_their_own_words(client, programme, mailbox):
    page = client.get(f"/aanmelden?programma={programme}")
    name = PROGRAMMES[programme].name
    assert name in page.text_of("inhoud")
    other = "ecz" if programme == "sijw" else "sijw"
    assert PROGRAMMES[other].name not in page.text_of("inhoud")
    assert [href for href in page.links if href == f"/aanmelden?programma={other}"]
    page = fill_in(client, programme)
    assert name in page.text
    client.submit(page, read_privacy="y")
    assert Enrolment.get().programme == programme
    days = PROGRAMMES[programme].contact_within_working_days
    other_browser = Client(client.app)
    page = other_browser.submit(other_browser.get(link_in(mailbox)))
    assert re.search(rf"Binnen {days} werkdag(en)? hoor je van ons", page.text)


def test_the_crisis_notice_stands_on_every_step(client):
    for number in range(1, 6):
        page = go_to_step(client, number)
        assert page.by_id("crisis") is not None
        assert "113" in page.text


def test_the_crisis_notice_stands_where_somebody_comes_back(client):
    go_to_step(client, 5)
    assert reopen(client).get("/aanmelden/verder").by_id("crisis") is not None


@pytest.mark.parametrize(
    "path", ["/mijn", "/mijn/gegevens", "/mijn/gegevens/wijzig", "/afspraken", "/coaches", "/over", "/bestaat-niet"]
)
@pytest.mark.parametrize("programme", list(PROGRAMMES))
def test_the_crisis_notice_stands_on_every_page_of_somebody_in_extra_coaching(client, people, path, programme):
    factories.enrolment(people.noor, programme=programme)
    page = client.sign_in(people.noor).get(path)
    assert (page.by_id("crisis") is not None) == PROGRAMMES[programme].shows_crisis_notice
    assert Client(client.app).sign_in(people.bram).get("/over").by_id("crisis") is None


@pytest.mark.parametrize("asked", ["", "foo", "ECZ", "sijw' OR 1=1", "sijw&programma=ecz"])
def test_a_programme_that_is_none_is_the_ordinary_one(client, asked):
    assert PROGRAMMES["sijw"].name in client.get(f"/aanmelden?programma={asked}").text_of("inhoud")


# -- going on, back and forth


@pytest.mark.parametrize("number", [1, 2, 3, 4, 5])
def test_every_step_says_where_one_is(client, number):
    page = go_to_step(client, number)
    assert page.h1 == dutch(STEPS[number - 1][1])
    assert f"stap {number} van 5" in page.text.lower()


@pytest.mark.parametrize("number", [2, 3, 4, 5])
@pytest.mark.parametrize("done", [1, 2, 3, 4])
def test_a_step_opens_when_the_earlier_ones_are_done(client, number, done):
    go_to_step(client, done)
    page = client.get(PATHS[number - 1])
    if number <= done:
        assert page.status == 200
    else:
        assert (page.status, page.location) == (303, PATHS[done - 1])


def test_a_step_that_is_not_open_takes_nothing(client):
    page = go_to_step(client, 2)
    fields = page.form(button="Ga verder").fields
    for path in PATHS[2:]:
        answer = client.post(path, {**fields, **FATIMA, "read_privacy": "y", "skip": "yes"})
        assert (answer.status, answer.location) == (303, PATHS[1])
    assert Enrolment.select().count() == 0


def test_back_and_forward_keeps_everything(client):
    go_to_step(client, 5)
    page = client.get(PATHS[0])
    assert page.form(button="Ga verder").fields["postcode"] == ["7511"]
    page = client.submit(page, button="Ga verder")
    assert (checked(page, "work_situation"), checked(page, "branch")) == (["in_care"], ["vvt"])
    page = client.submit(page, button="Ga verder")
    assert (checked(page, "themes"), checked(page, "words")) == (["stress"], [WORDS])
    assert (checked(page, "themes_consent"), checked(page, "words_consent")) == (["y"], ["y"])
    page = client.submit(page, button="Ga verder")
    assert checked(page, "first_name") == ["Fatima"]
    assert checked(page, "email") == ["fatima@example.org"]
    assert checked(page, "phone") == ["+31612345678"]
    page = client.submit(page, button="Ga verder")
    assert page.h1 == dutch("Is everything right?")
    for path in PATHS[::-1]:
        page = client.get(path)
        if path != PATHS[0]:
            assert page.link(dutch("Back")) == PATHS[PATHS.index(path) - 1]


def test_another_postcode_without_region_asks_for_it_and_comes_back_to_the_overview(client):
    go_to_step(client, 5)
    page = client.submit(client.get("/aanmelden?terug=1"), button="Ga verder", postcode=str(postcode_without_region()))
    assert page.url.endswith("/aanmelden/regio?terug=1")
    assert client.submit(page, button="Ga verder", region="RA0205").h1 == dutch("Is everything right?")


def test_nothing_in_the_address_of_a_step_breaks_it(client):
    go_to_step(client, 5)
    for path in PATHS:
        assert client.get(f"{path}?terug=1&_scheme=x&_external=1&_method=PUT").status == 200


def test_check_shows_when_somebody_may_be_called(client):
    go_to_step(client, 4)
    told = {**FATIMA, "call_times": ["evening", "weekend"], "shifts": "yes"}
    page = client.submit(client.get(PATHS[3]), button="Ga verder", **told)
    assert "Werk je in wisselende diensten? Ja" in page.text
    assert re.search("Wanneer mogen we je bellen\\? .vond", page.text)


def test_check_shows_every_answer_with_a_way_to_change_it(client):
    page = go_to_step(client, 5)
    for answer in ("7511", "Twente", "Fatima", "fatima@example.org", "06 12 34 56 78", WORDS, PROGRAMMES["sijw"].name):
        assert answer in page.text, answer
    ways = [a for a in page.links if a.startswith("/aanmelden") and a not in ("/aanmelden?programma=ecz",)]
    assert {way.partition("?")[0] for way in ways} >= {*PATHS[:4], "/aanmelden/regio"}


@pytest.mark.parametrize(
    ("path", "answer", "shown"),
    [
        ("/aanmelden?", {"postcode": "7512"}, "7512"),
        ("/aanmelden/regio", {"region": "RA1428"}, "Zuid-Limburg"),
        ("/aanmelden/situatie", {"work_situation": "returner"}, "Ik wil terug naar zorg of welzijn"),
        ("/aanmelden/onderwerpen", {"words": "Iets anders.", "words_consent": "y"}, "Iets anders."),
        ("/aanmelden/contact", {"first_name": "Sanne"}, "Sanne"),
    ],
)
def test_who_changes_one_answer_comes_back_to_the_overview(client, path, answer, shown):
    page = go_to_step(client, 5)
    way = next(a for a in page.links if a.startswith(path) and "terug" in a)
    assert client.get(way).link(dutch("Back")) == PATHS[4]
    page = client.submit(client.get(way), button="Ga verder", **answer)
    assert page.h1 == dutch("Is everything right?")
    assert shown in page.text
    way = next(a for a in page.links if a.startswith(path) and "terug" in a)
    fragment = client.get(way)
    assert fragment.form(button="Ga verder").element.get("hx-post") == way


# -- what is refused, at the field


WRONG = [
    (1, {"postcode": "12"}, "postcode"),
    (2, {"work_situation": ""}, "work_situation-0"),
    (2, {"work_situation": "king"}, "work_situation-0"),
    (2, {"branch": "king"}, "branch"),
    (3, {"themes": ["king"]}, "themes-0"),
    (3, {}, "themes-0"),
    (3, {"themes": ["stress", "role"]}, "themes_consent"),
    (3, {"themes": ["stress"], "words_consent": "y"}, "themes_consent"),
    (3, {"words": WORDS}, "words_consent"),
    (3, {"words": WORDS, "themes_consent": "y"}, "words_consent"),
    (3, {"words": "x" * 1001, "words_consent": "y"}, "words"),
    (3, {"words": "Mijn bsn is 123456782", "words_consent": "y"}, "words"),
    (4, {"first_name": ""}, "first_name"),
    (4, {"first_name": "   "}, "first_name"),
    (4, {"first_name": "\u200b\u202e"}, "first_name"),
    (4, {"first_name": "x" * 101}, "first_name"),
    (4, {"first_name": "Fatima 123456782"}, "first_name"),
    (4, {"last_name": "123456782"}, "last_name"),
    (4, {"last_name": "x" * 101}, "last_name"),
    (4, {"email": ""}, "email"),
    (4, {"email": "fatima"}, "email"),
    (4, {"email": "fatima@example.org\r\nBcc: x@example.org"}, "email"),
    (4, {"email": "x" * 250 + "@example.org"}, "email"),
    (4, {"phone": "06 123"}, "phone"),
    (4, {"phone": "x" * 31}, "phone"),
    (4, {"call_times": ["midnight"]}, "call_times-0"),
    (4, {"shifts": "maybe"}, "shifts-0"),
    (5, {}, "read_privacy"),
    (5, {"read_privacy": ""}, "read_privacy"),
    (5, {"read_privacy": "false"}, "read_privacy"),
]


@pytest.mark.parametrize(("number", "answer", "field"), WRONG)
def test_each_step_refuses_at_the_field_and_keeps_what_was_typed(client, number, answer, field):
    page = go_to_step(client, number)
    button = dutch("Send my registration") if number == 5 else "Ga verder"
    form = page.form(button=button)
    typed = {**form.fields, **(FATIMA if number == 4 else {}), **answer}
    page = client.post(form.action, typed)
    assert page.status == 422
    assert f"#{field}" in page.links
    around = next((f for f in page.tree.iter("fieldset") if page.by_id(field) in list(f.iter())), page.by_id(field))
    assert page.text_of(around.get("aria-describedby").split()[-1]) in page.errors
    kept = page.form(button=button).fields
    for name in ("postcode", "first_name", "last_name", "email", "phone", "words"):
        if name in kept:
            assert kept[name] == [forms.clean("".join(typed.get(name, "")))]
    if "themes" in answer and "king" not in answer["themes"]:
        assert kept["themes"] == answer["themes"]
    assert Enrolment.select().count() == 0


NASTY = [
    "", " ", "x" * 10_000, "'", '"', "' OR 1=1 --", "<script>alert(1)</script>", "{{ 12345679*8 }}", "%(name)s",
    "%s%n", "${x}",
    "=1+1", "@SUM(A1)", "\x00", "\x07\x1b[31m", "a\r\nb", "\u202eabc\u202c", "\ufeff",
    "\ud800", "👩‍⚕️" * 40, "e" + "\u0301" * 60,
    "-1", "0", "99999999999999999999", "1.0", "1e9", "NaN", "٣٤٥٦", "null", "true", "[]", "../../etc/passwd", "ĳ ß İ ı",
]  # fmt: skip


@pytest.mark.parametrize("number", [1, 2, 3, 4, 5])
def test_nothing_that_is_typed_breaks_a_step(client, number):
    page = go_to_step(client, number)
    form = page.form(button=dutch("Send my registration") if number == 5 else "Ga verder")
    names = [name for name in form.fields if name != "csrf_token"]
    names += [
        c.get("name") for c in form.element.iter() if c.get("type") in ("radio", "checkbox", "text", "tel", "email")
    ]
    for name in dict.fromkeys(names):
        for value in NASTY:
            typed = value.encode("utf-8", "surrogatepass")
            answer = client.flask.post(
                form.action.removeprefix(BASE),
                data={**form.fields, name: typed},
                base_url=BASE,
            )
            assert answer.status_code in (200, 303, 422), f"{name}={value!r}: {answer.status_code}"
            if answer.status_code == 422:
                html = answer.get_data(as_text=True)
                assert "<script>alert" not in html
                assert "\u202e" not in html
                assert "98765432" not in html


@pytest.mark.parametrize(
    "name", ["Çağlar", "Sjoukje fan 'e Boer", "ĳsbrand", "Ömer Öz-İnan", "Nguyễn", "李", "👩‍⚕️ Fatima"]
)
def test_names_of_everybody_come_through_as_they_are(client, mailbox, name):
    page = fill_in(client, contact={**FATIMA, "first_name": name})
    assert name in page.text
    client.submit(page, read_privacy="y")
    client.submit(client.get(link_in(mailbox)), follow=False)
    assert Account.get().first_name == name


def test_a_form_by_htmx_gets_the_form_or_where_to_go(client):
    answers = {"postcode": "7511", "work_situation": "in_care", "themes": "stress", "themes_consent": "y", **FATIMA}
    for number in range(1, 6):
        page = go_to_step(client, number)
        form = page.form(button=dutch("Send my registration") if number == 5 else "Ga verder")
        wrong = client.post(form.action, {"csrf_token": form.fields["csrf_token"], "work_situation": "x"}, htmx=True)
        assert (wrong.status, wrong.by_id("step_form") is not None, "<html" in wrong.html) == (422, True, False)
        right = client.post(form.action, {**form.fields, **answers, "read_privacy": "y"}, htmx=True)
        assert (right.status, right.html) == (204, "")
        assert right.response.headers["HX-Redirect"] == [*PATHS[1:], "/aanmelden/verstuurd"][number - 1]


# -- topics and permission


def stored() -> tuple[set, str | None, set]:
    return (
        {row.theme.value for row in EnrolmentTheme.select()},
        Enrolment.get().words,
        {row.purpose for row in Consent.select()},
    )


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        (
            {"themes": ["stress", "role"], "themes_consent": "y"},
            ({"stress", "role"}, None, {Purpose.THEMES, Purpose.READ_PRIVACY}),
        ),
        ({"words": WORDS, "words_consent": "y"}, (set(), WORDS, {Purpose.WORDS, Purpose.READ_PRIVACY})),
        (
            {"themes": ["stress"], "themes_consent": "y", "words": WORDS, "words_consent": "y"},
            ({"stress"}, WORDS, {Purpose.THEMES, Purpose.WORDS, Purpose.READ_PRIVACY}),
        ),
        (
            {"themes": ["stress"], "themes_consent": "y", "words_consent": "y"},
            ({"stress"}, None, {Purpose.THEMES, Purpose.READ_PRIVACY}),
        ),
    ],
)
def test_themes_and_words_are_stored_with_their_own_permission_only(client, answer, expected):
    page = client.submit(go_to_step(client, 3), button="Ga verder", **answer)
    page = client.submit(page, button="Ga verder", **FATIMA)
    client.submit(page, read_privacy="y")
    assert stored() == expected


def test_themes_tells_all_that_is_wrong_at_once(client):
    page = client.submit(go_to_step(client, 3), button="Ga verder", themes=["stress"], words="Bsn 111222333")
    assert page.status == 422
    for field in ("themes_consent", "words_consent", "words"):
        assert page.text_of(f"{field}-error"), field


def test_themes_that_are_skipped_are_not_stored_and_taken_back(client):
    go_to_step(client, 5)
    page = client.submit(client.get(PATHS[2]), button="Liever niet")
    assert page.h1 == dutch("How do we reach you?")
    page = client.get(PATHS[4])
    assert WORDS not in page.text
    client.submit(page, read_privacy="y")
    assert stored() == (set(), None, {Purpose.READ_PRIVACY})


def test_themes_are_skipped_without_valid_answers_but_with_a_token_of_our_own(client):
    page = go_to_step(client, 3)
    form = page.form(button="Ga verder")
    assert client.post(form.action, {"skip": "yes"}).status == 400
    token = {"csrf_token": form.fields["csrf_token"]}
    assert client.post(form.action, {**token, "skip": "yes", "themes": "king", "words": "x" * 5000}).status == 303


# -- the address


def test_contact_asks_about_a_likely_typing_error_and_takes_the_answer(client):
    page = go_to_step(client, 4)
    page = client.submit(page, button="Ga verder", **{**FATIMA, "email": "fatima@gmial.com"})
    assert page.status == 422
    assert "fatima@gmail.com" in page.errors[0]
    page = client.submit(page, button=dutch("Yes, use %(address)s", address="fatima@gmail.com"))
    assert page.h1 == dutch("Is everything right?")
    assert "fatima@gmail.com" in page.text


def test_contact_tells_all_that_is_wrong_at_once(client):
    wrong = {"first_name": "", "last_name": "111222333", "email": "fatima@gmial.com", "phone": "0612"}
    page = client.submit(go_to_step(client, 4), button="Ga verder", **{**FATIMA, **wrong})
    assert page.status == 422
    for field in wrong:
        assert page.text_of(f"{field}-error"), field


def test_contact_keeps_a_likely_typing_error_that_is_none(client):
    page = go_to_step(client, 4)
    page = client.submit(page, button="Ga verder", **{**FATIMA, "email": "fatima@gmial.com"})
    page = client.submit(page, button="Ga verder")
    assert page.h1 == dutch("Is everything right?")
    assert "fatima@gmial.com" in page.text
    page = client.submit(client.get(PATHS[3]), button="Ga verder")
    assert page.h1 == dutch("Is everything right?"), "and not asked about again"


def test_return_in_a_field_does_not_take_the_suggestion(client):
    """It presses the first button of the form."""
    page = go_to_step(client, 4)
    page = client.submit(page, button="Ga verder", **{**FATIMA, "email": "fatima@gmial.com"})
    assert page.form(button="Ga verder").buttons[0] == ("", "", "Ga verder")


def test_what_is_not_an_address_yet_cannot_be_kept(client):
    page = go_to_step(client, 4)
    for _ in range(2):
        page = client.submit(page, button="Ga verder", **{**FATIMA, "email": "fatima@gmail,com"})
        assert page.status == 422
        assert dutch("Is your address right? Then choose 'Go on'.") not in page.text
    page = client.submit(page, button=dutch("Yes, use %(address)s", address="fatima@gmail.com"))
    assert "fatima@gmail.com" in page.text


def test_contact_asks_about_another_typing_error_again(client):
    page = go_to_step(client, 4)
    page = client.submit(page, button="Ga verder", **{**FATIMA, "email": "fatima@gmial.com"})
    page = client.submit(page, button="Ga verder", email="fatima@gmai.com")
    assert page.status == 422


def test_contact_suggests_nothing_for_what_is_no_address(client):
    page = go_to_step(client, 4)
    page = client.submit(page, button="Ga verder", **{**FATIMA, "email": "fatima b@gmial.com"})
    assert page.status == 422
    assert not [text for form in page.forms for name, _, text in form.buttons if name == "email_fixed"]


def test_a_robot_that_fills_in_everything_gets_nowhere_and_does_not_notice(client, mailbox):
    page = go_to_step(client, 4)
    page = client.submit(page, button="Ga verder", **FATIMA, website="https://spam.test")
    assert page.h1 == "Je bent er bijna."
    assert (Enrolment.select().count(), list(mailbox)) == (0, [])
    assert client.get(PATHS[4]).location == PATHS[3], "nothing of it was kept"


@pytest.mark.parametrize(("seconds", "sent"), [(0, 0), (1.9, 0), (2, 1), (60, 1)])
def test_a_robot_that_is_too_quick_gets_nowhere_and_does_not_notice(client, clock, mailbox, monkeypatch, seconds, sent):
    monkeypatch.setattr(rules, "SHORTEST_SIGN_UP", timedelta(seconds=2))
    page = fill_in(client)
    clock.shift(timedelta(seconds=seconds))
    assert client.submit(page, read_privacy="y").h1 == "Je bent er bijna."
    assert (Enrolment.select().count(), len(list(mailbox))) == (sent, sent)


def test_the_field_for_robots_is_not_for_people(client):
    page = go_to_step(client, 4)
    field = page.by_id("website")
    assert (field.get("tabindex"), field.get("autocomplete")) == ("-1", "off")
    around = next(e for e in page.tree.iter("div") if field in list(e))
    assert around.get("aria-hidden") == "true"


# -- coming back later


def test_resume_asks_what_to_do_and_shows_nothing_of_before(client):
    go_to_step(client, 5)
    later = reopen(client)
    for path in [*PATHS, "/aanmelden/regio"]:
        page = later.get(path, follow=True)
        assert page.url.endswith("/aanmelden/verder")
        assert not re.search(r"Fatima|fatima@|6 ?12 ?34|slaap|stress|Twente|7511", page.html, re.I)
    buttons = [text for form in page.forms for name, _, text in form.buttons if name == "choice"]
    assert buttons == [dutch("Go on with it"), "Begin opnieuw", "Wis alles"]


def test_resume_keeps_the_place_and_asks_the_private_answers_again(client):
    go_to_step(client, 5)
    later = reopen(client)
    page = later.submit(later.get("/aanmelden", follow=True), button=dutch("Go on with it"))
    assert page.h1 == dutch("What do you want to talk about?")
    assert (checked(page, "themes"), checked(page, "words")) == ([], [""])
    assert "vvt" in checked(later.get(PATHS[1]), "branch")
    page = later.submit(page, button="Liever niet")
    fields = page.form(button="Ga verder").fields
    assert not [v for values in fields.values() for v in values if "Fatima" in v or "@" in v]
    assert not re.search(r"Fatima|fatima@example", later.get(PATHS[3]).html)


@pytest.mark.parametrize(("button", "where"), [("Begin opnieuw", "/aanmelden"), ("Wis alles", "/")])
def test_resume_by_beginning_again_or_wiping_leaves_nothing(client, button, where):
    go_to_step(client, 5)
    later = reopen(client)
    page = later.submit(later.get("/aanmelden", follow=True), button=button)
    assert page.url == BASE + where
    assert Draft.select().count() == 0
    assert "__Host-aanmelding" not in later.cookies()
    assert later.get("/aanmelden").form(button="Ga verder").fields["postcode"] == [""]
    if where == "/":
        assert dutch("Everything you filled in is wiped.") in page.text


@pytest.mark.parametrize("choice", ["", "foo", "go_on' OR 1=1"])
def test_resume_with_a_choice_that_is_none_wipes_nothing(client, choice):
    go_to_step(client, 5)
    later = reopen(client)
    form = later.get("/aanmelden/verder").form("/aanmelden/verder")
    page = later.post("/aanmelden/verder", {**form.fields, "choice": choice})
    assert (page.status, Draft.select().count()) == (200, 1)


@pytest.mark.parametrize("path", [*PATHS, "/aanmelden/regio"])
def test_a_reopened_browser_cannot_go_on_with_a_form_of_its_own(client, path):
    """Somebody else at this computer, with a token from another page."""
    go_to_step(client, 5)
    later = reopen(client)
    token = later.get("/inloggen").form("/inloggen").fields["csrf_token"]
    answers = {"csrf_token": token, "postcode": "7511", "region": "RA0205", "work_situation": "in_care", "skip": "yes"}
    page = later.post(path, {**answers, **FATIMA, "read_privacy": "y"}, follow=True)
    assert page.url.endswith("/aanmelden/verder")
    assert Enrolment.select().count() == 0
    assert "Fatima" not in later.get(PATHS[3], follow=True).html


def test_resume_without_a_draft_has_nothing_to_go_on_with(client):
    assert client.get("/aanmelden/verder").location == "/aanmelden"
    go_to_step(client, 3)
    assert client.get("/aanmelden/verder").location == "/aanmelden", "this visit is still going on"


def test_the_cookie_says_nothing_and_the_draft_is_gone_after_a_day(client, clock):
    go_to_step(client, 5)
    cookie = client.cookies()["__Host-aanmelding"]
    assert re.fullmatch(r"[A-Za-z0-9_-]{43}", cookie)
    assert not re.search("fatima|stress|7511", " ".join(client.cookies().values()), re.I)
    clock.shift(timedelta(hours=24, seconds=1))
    page = client.get(PATHS[4])
    assert page.location == PATHS[0]
    assert client.get(PATHS[0]).form(button="Ga verder").fields["postcode"] == [""]
    jobs.erase_unconfirmed.call_local()
    assert Draft.select().count() == 0


def test_the_draft_of_somebody_else_cannot_be_guessed(client):
    go_to_step(client, 5)
    other = Client(client.app)
    other.flask.set_cookie("__Host-aanmelding", Draft.get().token_hash, domain="portal.example.org", secure=True)
    assert other.get(PATHS[4]).location == PATHS[0]


# -- sending


def test_whole_sign_up_is_stored_sealed_and_mailed(client, mailbox):
    page = send(client)
    assert page.h1 == "Je bent er bijna."
    enrolment = Enrolment.get()
    assert (enrolment.status, enrolment.region_id, enrolment.branch) == (EnrolmentStatus.SUBMITTED, "RA0205", "vvt")
    assert {row.theme for row in EnrolmentTheme.select()} == {"stress", "role"}
    assert Draft.select().count() == 0
    letter = mailbox.last("fatima@example.org")
    assert letter.subject == "Bevestig je aanmelding"
    assert "/aanmelden/bevestig/" in letter.link("bevestig")


def test_sign_up_works_without_the_words_that_nobody_asks_for(client):
    send(client, skip=True, contact={"first_name": "F", "email": "f@example.org"})
    enrolment = Enrolment.get()
    assert (enrolment.words, enrolment.shifts, enrolment.call_times) == (None, None, frozenset())
    assert EnrolmentTheme.select().count() == 0


def test_after_sending_the_steps_are_empty_again(client):
    send(client)
    assert client.get(PATHS[0]).form(button="Ga verder").fields["postcode"] == [""]
    assert client.get(PATHS[4]).location == PATHS[0]
    assert "__Host-aanmelding" not in client.cookies()


def test_sent_the_mail_again_on_request(client, mailbox):
    page = send(client)
    old = link_in(mailbox)
    page = client.submit(page, button=dutch("Send the mail again"))
    assert dutch("If we know your registration, we have sent the mail again.") in page.text
    assert len(mailbox.to("fatima@example.org")) == 2
    assert client.get(old).status == 410
    assert client.get(link_in(mailbox)).status == 200


def test_sent_tells_somebody_who_sent_nothing_the_same(app, client, mailbox):
    send(client)
    stranger = Client(app)
    page = stranger.submit(stranger.get("/aanmelden/verstuurd"), button=dutch("Send the mail again"))
    assert dutch("If we know your registration, we have sent the mail again.") in page.text
    assert len(mailbox.to("fatima@example.org")) == 1


def test_sent_again_from_the_same_browser_after_it_was_closed(client, mailbox):
    send(client)
    later = reopen(client)
    later.submit(later.get("/aanmelden/verstuurd"), button=dutch("Send the mail again"))
    assert len(mailbox.to("fatima@example.org")) == 2


def test_pressing_send_twice_sends_once(client, mailbox):
    page = fill_in(client)
    hasty = Client(client.app)
    hasty.flask._cookies.update(client.flask._cookies)
    for browser in (client, hasty):
        assert browser.submit(page, read_privacy="y").h1 == "Je bent er bijna."
    assert Enrolment.select().count() == len(mailbox.to("fatima@example.org")) == 1


def test_too_many_sign_ups_from_one_place_lose_nothing_that_was_typed(client):
    for _ in range(40):
        within_limit(actions.SIGN_UPS_PER_CLIENT, "sign-up-client", "127.0.0.1")
    page = client.submit(fill_in(client), read_privacy="y")
    assert page.status == 429
    assert int(page.response.headers["Retry-After"]) <= 15 * 60
    assert "Fatima" in client.get(PATHS[4]).text


def test_nobody_learns_from_a_sign_up_whether_an_address_is_known(app, people):
    told = []
    for address in (people.noor.email, "nobody@example.org"):
        client = Client(app)
        page = send(client, contact={"first_name": "X", "email": address})
        told.append((page.status, client.queries, re.sub(r'value="[^"]+"', "", page.html)))
    assert told[0] == told[1]


# -- confirming


def test_confirm_signs_in_the_browser_that_sent_it(client, mailbox):
    send(client)
    page = client.submit(client.get(link_in(mailbox)), follow=False)
    assert page.location == "/coaches"
    assert "Je aanmelding is binnen." in client.follow(page).text_of("flash")
    assert BrowserSession.select().count() == 1
    enrolment = Enrolment.get()
    assert enrolment.status == EnrolmentStatus.CONFIRMED
    assert enrolment.participant.first_name == "Fatima"
    assert enrolment.contact is None


def test_confirm_in_another_browser_only_confirms(app, client, mailbox):
    send(client)
    other = Client(app)
    page = other.submit(other.get(link_in(mailbox)))
    assert page.h1 == "Je aanmelding is binnen."
    assert BrowserSession.select().count() == 0
    assert Enrolment.get().status == EnrolmentStatus.CONFIRMED


def test_confirm_twice_says_it_is_done(client, mailbox):
    send(client)
    link = link_in(mailbox)
    client.submit(client.get(link), follow=False)
    assert client.get(link).h1 == "Je aanmelding is binnen."
    assert Account.select().count() == 1


def test_confirm_signs_in_once_as_a_link_in_a_mail_does(app, client, mailbox):
    """Who finds the link in the history of this browser later gets no further than 'it is in'."""
    send(client)
    page = client.get(link_in(mailbox))
    client.submit(page, follow=False)
    client.submit(client.get("/uitloggen"), "/uitloggen")
    token = client.get("/inloggen").form("/inloggen").fields
    again = client.post(link_in(mailbox), token)
    assert (again.status, again.location) == (303, link_in(mailbox))
    assert client.get("/mijn-inlog").location == "/inloggen"


@pytest.mark.parametrize("method", ["GET", "HEAD", "OPTIONS"])
@pytest.mark.parametrize("htmx", [False, True])
def test_confirm_is_not_done_by_looking(app, client, mailbox, method, htmx):
    send(client)
    headers = {"HX-Request": "true"} if htmx else {}
    for browser in (client.flask, app.test_client()):
        assert browser.open(link_in(mailbox), method=method, headers=headers, base_url=BASE).status_code == 200
    assert Enrolment.get().status == EnrolmentStatus.SUBMITTED
    assert Account.select().count() == 0


def test_confirm_page_keeps_its_address_to_itself(client, mailbox):
    send(client)
    for _ in range(2):
        page = client.get(link_in(mailbox))
        assert page.response.headers["Referrer-Policy"] == "no-referrer"
        client.submit(page, follow=False) if page.h1 == dutch("Confirm your registration") else None


@pytest.mark.parametrize(("age", "status"), [(timedelta(days=7, seconds=-1), 200), (timedelta(days=7), 410)])
def test_confirm_works_for_seven_days(client, mailbox, clock, age, status):
    send(client)
    link = link_in(mailbox)
    clock.shift(age)
    assert client.get(link).status == status
    jobs.erase_unconfirmed.call_local()
    assert client.get(link).status == status


@pytest.mark.parametrize("token", ["x", "x" * 43, "x" * 3000, "%F0%9F%98%80", "' OR 1=1 --"])
def test_confirm_of_a_made_up_link_says_what_to_do(client, token):
    page = client.get(f"/aanmelden/bevestig/{token}")
    assert page.status == 410
    assert page.h1 == dutch("This link does not work any more")
    assert page.link(dutch("Sign up again, it takes five minutes")) == "/aanmelden"


def test_confirm_by_an_older_mail_points_to_the_newer_one_and_sends_another(client, mailbox):
    page = send(client)
    old = link_in(mailbox)
    client.submit(page, button=dutch("Send the mail again"))
    page = client.get(old)
    assert page.status == 410
    assert "Kijk of je een nieuwere mail van ons hebt." in page.text
    client.submit(page, button=dutch("Send the mail again"))
    assert len(mailbox.to("fatima@example.org")) == 3
    assert client.get(link_in(mailbox)).status == 200


def test_confirm_of_a_second_one_for_the_same_programme_is_a_double(client, mailbox):
    for _ in range(2):
        send(client)
        client.submit(client.get(link_in(mailbox)), follow=False)
        client.submit(client.get("/uitloggen"), "/uitloggen")
    assert [row.status for row in Enrolment.select().order_by(Enrolment.id)] == [
        EnrolmentStatus.CONFIRMED,
        EnrolmentStatus.DUPLICATE,
    ]
    assert (Account.select().count(), Grant.select().count()) == (1, 1)


def test_confirm_by_somebody_with_a_role_asks_for_the_second_step(client, people, mailbox):
    send(client, contact={"first_name": "Bram", "email": people.bram.email})
    client.submit(client.get(link_in(mailbox, people.bram.email)), follow=False)
    assert client.get("/mijn-inlog").location == "/inloggen/tweede-stap"


def test_confirm_for_somebody_who_is_blocked_does_not_work(client, people, mailbox):
    Account.update(blocked_at=portal_clock.now()).where(Account.id == people.noor.id).execute()
    send(client, contact={"first_name": "Noor", "email": people.noor.email})
    page = client.submit(client.get(link_in(mailbox, people.noor.email)), follow=False)
    assert page.status == 410
    assert BrowserSession.select().count() == 0


def test_unconfirmed_changes_nothing_of_somebody_we_know(client, people):
    before = Account.get_by_id(people.noor.id).__data__
    send(client, contact={"first_name": "Iemand", "email": people.noor.email, "phone": "0612345678"})
    assert Account.get_by_id(people.noor.id).__data__ == before
    assert Mail.select().count() == 1
