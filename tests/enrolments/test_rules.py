"""Consent, and the steps of a sign-up."""

from dataclasses import replace

import pytest

from portal.accounts.rules import LooksLikeServiceNumber
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
    assert error in map(type, rules.problems_of_topics(topics))


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
    assert list(rules.problems_of_topics(topics)) == []


def test_everything_that_is_wrong_with_topics_is_told_at_once():
    told = rules.problems_of_topics(Topics(themes=("stress",), words="Mijn bsn is 123456782"))

    expected = [rules.ThemesWithoutConsent, rules.WordsWithoutConsent, LooksLikeServiceNumber]
    assert list(map(type, told)) == expected


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
