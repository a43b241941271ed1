"""Phone numbers in every notation, likely typing errors, consent, and the steps of a sign-up."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.accounts.rules import LooksLikeServiceNumber, NotAnAddress
from portal.enrolments import rules
from portal.enrolments.rules import STEPS, SignUp, Topics

FILLED_IN = SignUp(
    programme="ecz",
    pc4=7511,
    region="RA0205",
    region_derived="RA0205",
    work_situation="in_care",
    branch="vvt",
    themes_done=True,
    themes=("stress",),
    words="Ik slaap slecht.",
    first_name="Fatima",
    last_name="Bakker",
    email="fatima@example.org",
    phone="+31612345678",
    call_times=("evening",),
    shifts="yes",
)


# -- phone numbers


@pytest.mark.parametrize(
    "typed",
    [
        "0612345678", "06-12345678", "06 12 34 56 78", "06.12.34.56.78", "(06) 12345678", "+31612345678",
        "+31 6 12345678", "+31 (0)6 12345678", "0031612345678", "0031 6 1234 5678", " 0612345678 ", "06/12345678",
        "06–12345678", "06\u00a012345678", "tel: 06 12345678",
    ],
)  # fmt: skip
def test_a_dutch_mobile_number_is_read_in_every_notation(typed):
    assert rules.phone_number(typed) == "+31612345678"


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("053 487 6543", "+31534876543"),
        ("+32 470 12 34 56", "+32470123456"),
        ("+49 1512 3456789", "+4915123456789"),
        ("", ""),
        ("   ", ""),
    ],
)
def test_other_numbers_are_read_too_and_none_is_allowed(typed, kept):
    assert rules.phone_number(typed) == kept


@pytest.mark.parametrize(
    "typed",
    ["06123456", "061234567", "06123456789", "12345678", "0000000000", "abc", "+", "+31", "06 1234567x", "112", "½"],
)
def test_what_is_no_phone_number_is_refused_at_the_field(typed):
    with pytest.raises(rules.NotAPhoneNumber) as caught:
        rules.phone_number(typed)
    assert caught.value.field == "phone"


@pytest.mark.parametrize(
    ("typed", "error"),
    [
        ("06 123", rules.PhoneNumberTooShort),
        ("112", rules.PhoneNumberTooShort),
        ("0900 1234", rules.NumberOfAService),
        ("0900-123456", rules.NumberOfAService),
        ("0800 0113", rules.NumberOfAService),
        ("14 053", rules.NumberOfAService),
        ("+31 900 1234", rules.NumberOfAService),
        ("053 487 6543 ext 5", rules.MoreThanANumber),
        ("053 487 6543 tst. 5", rules.MoreThanANumber),
        ("053 487 6543 #5", rules.MoreThanANumber),
        ("06 12345678 (thuis)", rules.MoreThanANumber),
        ("06 123456789012", rules.NotAPhoneNumber),
    ],
)
def test_what_is_wrong_with_a_phone_number_is_said(typed, error):
    with pytest.raises(rules.NotAPhoneNumber) as caught:
        rules.phone_number(typed)
    assert type(caught.value) is error


@given(st.text(max_size=40))
def test_a_number_that_is_kept_can_be_dialled(typed):
    try:
        kept = rules.phone_number(typed)
    except rules.NotAPhoneNumber:
        return
    assert kept == "" or (kept[0] == "+" and kept[1:].isdecimal() and len(kept) <= 16)
    assert rules.phone_number(kept) == kept


# -- addresses


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("fatima@gmial.com", "fatima@gmail.com"),
        ("fatima@gmail.con", "fatima@gmail.com"),
        ("fatima@gmai.com", "fatima@gmail.com"),
        ("fatima@hotmial.com", "fatima@hotmail.com"),
        ("fatima@hotmail.nll", "fatima@hotmail.nl"),
        ("fatima@ziggo.n", "fatima@ziggo.nl"),
        ("fatima@outlok.com", "fatima@outlook.com"),
        ("Fatima.B+x@GMIAL.com", "Fatima.B+x@gmail.com"),
        ("fatima@gmail.nl", "fatima@gmail.com"),
        ("fatima@gmail.com.nl", "fatima@gmail.com"),
        ("fatima@hotnail.com", "fatima@hotmail.com"),
    ],
)
def test_a_likely_typing_error_gets_a_suggestion(typed, meant):
    assert rules.likely_meant(typed) == meant
    with pytest.raises(rules.MailTypo) as caught:
        rules.check_typo(typed, confirmed="")
    assert (caught.value.suggestion, caught.value.field) == (meant, "email")


@pytest.mark.parametrize(
    "domain",
    [
        *rules.MAIL_DOMAINS, "GMAIL.com", "example.org", "zorgaccent.nl", "gmx.de", "gmx.net", "gmx.com", "mail.com",
        "ymail.com", "home.com", "home.nl", "proton.me", "pm.me", "hey.com", "me.com", "live.nl", "live.be", "msn.com",
        "email.com", "hotmail.be", "hello.nl", "protonmail.ch", "yahoo.nl", "cloud.com", "hotmail.no", "rocketmail.com",
        "mail.example.org", "bücher.example.org",
    ],
)  # fmt: skip
def test_a_good_address_is_not_doubted(domain):
    assert rules.likely_meant(f"fatima@{domain}") is None
    rules.check_typo(f"fatima@{domain}", confirmed="")


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("fatima@gmail,com", "fatima@gmail.com"),
        ("fatima@ gmail.com", "fatima@gmail.com"),
        ("fatima @gmail.com", "fatima@gmail.com"),
        ("fatima@gmail.com.", "fatima@gmail.com"),
        ("fatima@gmial,com", "fatima@gmail.com"),
        ("fatima@zorg accent.nl", None),
        ("fatima@zorgaccent , nl", "fatima@zorgaccent.nl"),
        ("fatima", None),
        ("@", None),
        (f"{'x' * 65}@example.org", None),
    ],
)
def test_what_is_nearly_an_address_gets_a_suggestion_too(typed, meant):
    with pytest.raises(rules.MailTypo if meant else NotAnAddress) as caught:
        rules.address_meant(typed, confirmed=typed)
    assert getattr(caught.value, "suggestion", None) == meant


def test_a_mailbox_has_a_name_of_64_letters_at_most():
    address = f"{'x' * 64}@example.org"
    assert rules.address_meant(address, confirmed="") == address


def test_who_stands_by_an_address_is_not_asked_again():
    rules.check_typo("fatima@gmial.com", confirmed="fatima@gmial.com")
    rules.check_typo("fatima@gmial.com", confirmed=" Fatima@Gmial.com ")
    with pytest.raises(rules.MailTypo):
        rules.check_typo("fatima@gmial.com", confirmed="fatima@gmai.com")


# -- topics, words and consent


@pytest.mark.parametrize(
    ("topics", "error"),
    [
        (Topics(), rules.NothingChosen),
        (Topics(themes_consent=True, words_consent=True), rules.NothingChosen),
        (Topics(themes=("stress",)), rules.ThemesWithoutConsent),
        (Topics(themes=("stress",), words_consent=True), rules.ThemesWithoutConsent),
        (Topics(words="Ik slaap slecht."), rules.WordsWithoutConsent),
        (Topics(words="Ik slaap slecht.", themes_consent=True), rules.WordsWithoutConsent),
        (Topics(themes=("stress",), words="x", themes_consent=True), rules.WordsWithoutConsent),
        (Topics(themes=("stress",), words="x", words_consent=True), rules.ThemesWithoutConsent),
        (Topics(words="Mijn bsn is 123456782", words_consent=True), LooksLikeServiceNumber),
    ],
)
def test_topics_and_words_each_need_their_own_permission(topics, error):
    with pytest.raises(error):
        rules.check_topics(topics)


@pytest.mark.parametrize(
    "topics",
    [
        Topics(themes=("stress",), themes_consent=True),
        Topics(words="Ik slaap slecht.", words_consent=True),
        Topics(themes=("stress", "role"), words="x", themes_consent=True, words_consent=True),
        Topics(words="Bel me op 0612345678.", words_consent=True),
    ],
)
def test_with_permission_they_are_taken(topics):
    rules.check_topics(topics)


# -- the steps


def test_steps_open_one_after_another():
    so_far = SignUp()
    assert so_far.first_open_step == "place"
    answers = [
        {"pc4": 7511, "region": "RA0205"},
        {"work_situation": "in_care"},
        {"themes_done": True},
        {"first_name": "Fatima", "email": "fatima@example.org"},
    ]
    for number, answer in enumerate(answers):
        assert [step for step in STEPS if so_far.may_open(step)] == list(STEPS[: number + 1])
        so_far = replace(so_far, **answer)
        assert so_far.first_open_step == STEPS[number + 1]
    assert all(so_far.may_open(step) for step in STEPS)


@pytest.mark.parametrize(
    "missing",
    [
        {"pc4": None},
        {"region": ""},
        {"work_situation": ""},
        {"themes_done": False},
        {"first_name": ""},
        {"email": ""},
    ],
)
def test_nothing_can_be_sent_while_an_answer_is_missing(missing):
    assert FILLED_IN.may_open("check")
    assert not replace(FILLED_IN, **missing).may_open("check")


def test_a_sign_up_is_kept_whole_and_read_again():
    assert SignUp.from_dict(FILLED_IN.to_dict()) == FILLED_IN
    assert SignUp.from_dict({}) == SignUp()


def test_a_draft_of_an_older_version_is_read_as_far_as_it_goes():
    assert SignUp.from_dict({"pc4": 7511, "shoe_size": 42}) == SignUp(pc4=7511)


def test_a_reopened_browser_gets_no_topic_and_no_way_to_reach_anybody():
    kept = FILLED_IN.without_private_answers()
    assert kept == SignUp(
        programme="ecz", pc4=7511, region="RA0205", region_derived="RA0205", work_situation="in_care", branch="vvt"
    )
    assert kept.first_open_step == "themes"


def test_open_and_closed_are_all_there_is():
    before = {rules.EnrolmentStatus.SUBMITTED}
    closed = set(rules.EnrolmentStatus) - rules.OPEN - before
    assert {status.value for status in closed} == {
        "completed", "stopped", "duplicate", "withdrawn", "unreachable", "out_of_scope", "handed_over",
    }  # fmt: skip
    assert rules.WITHOUT_COACH < rules.OPEN
