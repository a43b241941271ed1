"""Codes of answers that stay, how many there may be, and how what was chosen is written."""

import pytest

from portal.questionnaires import rules
from portal.questionnaires.rules import Option, Wording

ONCE, TWICE, OFTEN = Option("own_1", "1 keer", "Once"), Option("own_2", "2 keer", "Twice"), Option("x", "Vaak", "Often")


def wording(*options: tuple[str, str]) -> Wording:
    return Wording("Hoe vaak?", "How often?", "\n".join(nl for nl, _ in options), "\n".join(en for _, en in options))


def test_new_answers_get_codes_in_order():
    assert rules.read_options(wording(("1 keer", "Once"), ("2 keer", "Twice")), [], set()) == [ONCE, TWICE]


def test_an_answer_that_stays_keeps_its_code_wherever_it_stands():
    turned = rules.read_options(wording(("2 keer", "Twice"), ("1 keer", "Once")), [ONCE, TWICE], {"own_1", "own_2"})
    assert turned == [TWICE, ONCE]


def test_an_answer_that_changed_in_one_language_keeps_its_code():
    changed = rules.read_options(wording(("1 keer", "One time"), ("2 keer", "Twice")), [ONCE, TWICE], set())
    assert [option.code for option in changed] == ["own_1", "own_2"]


def test_a_new_answer_never_takes_the_code_of_one_that_is_gone():
    used = {"own_1", "own_2", "own_7"}
    made = rules.read_options(wording(("1 keer", "Once"), ("Nooit", "Never")), [ONCE, TWICE], used)
    assert [option.code for option in made] == ["own_1", "own_8"]


@pytest.mark.parametrize(
    ("options_nl", "options_en", "error"),
    [
        ("", "", rules.WrongNumberOfOptions),
        ("Ja", "Yes", rules.WrongNumberOfOptions),
        ("Ja\nJa", "Yes\nNo", rules.WrongNumberOfOptions),
        ("\n".join(map(str, range(16))), "\n".join(map(str, range(16))), rules.WrongNumberOfOptions),
        ("Ja\nNee", "Yes", rules.LinesDiffer),
        ("Ja\nNee", "Yes\nYes", rules.LinesDiffer),
        ("Ja\nNee", "Yes\n" + "n" * 121, rules.OptionTooLong),
    ],
)
def test_wrong_answers_are_refused_at_their_field(options_nl, options_en, error):
    with pytest.raises(error) as refused:
        rules.read_options(Wording("V", "Q", options_nl, options_en), [], set())
    assert refused.value.field in ("options_nl", "options_en")


def test_lines_may_be_empty_and_have_spaces():
    assert rules.lines(" Ja \n\n  Nee\r\n") == ["Ja", "Nee"]


def test_answers_of_a_standard_question_are_reworded_and_not_changed():
    known = [ONCE, TWICE, OFTEN]
    reworded = rules.reword_options(wording(("Eenmaal", "One time"), ("2 keer", "Twice"), ("Vaak", "Often")), known)
    assert reworded == [Option("own_1", "Eenmaal", "One time"), TWICE, OFTEN]
    for fewer_or_more in (
        wording(("1 keer", "Once"), ("2 keer", "Twice")),
        wording(*[(str(n), str(n)) for n in range(4)]),
    ):
        with pytest.raises(rules.MeaningsMissing):
            rules.reword_options(fewer_or_more, known)


def test_what_was_chosen_is_written_by_code_and_read_again():
    chosen = {"own_1": ("3",), "own_2": ("a", "b"), "own_3": ()}
    assert rules.values_text(chosen) == "own_1:3;own_2:a+b"
    assert rules.values_in("own_1:3;own_2:a+b") == {"own_1": ("3",), "own_2": ("a", "b")}
    assert rules.values_in("") == {}


def test_the_largest_questionnaire_fits_its_column():
    """Every question with all its answers chosen."""
    options = tuple(f"own_{number}" for number in range(100, 100 + rules.MOST_OPTIONS))
    largest = {f"own_{number}": options for number in range(100, 100 + rules.MOST_QUESTIONS)}
    assert len(rules.values_text(largest)) <= 4000


def test_there_is_an_end_to_questions():
    rules.check_room(rules.MOST_QUESTIONS - 1)
    with pytest.raises(rules.TooManyQuestions):
        rules.check_room(rules.MOST_QUESTIONS)
