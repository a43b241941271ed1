"""When something is asked, the kinds of questions there are, and what may become of a version."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import count
from math import ceil

from portal.errors import DomainError
from portal.i18n import N_
from portal.programmes.codes import LabelledCode

LONGEST_TEXT = 300
LONGEST_LEAD = 600
LONGEST_OPTION = 120
MOST_QUESTIONS = 25
MOST_OPTIONS = 15
SECONDS_EACH = 20
# What people write in one open question, in characters.
LONGEST_ANSWER = 1000
# Codes of questions and answers that staff add: 'own_1', 'own_2'. A code keeps its meaning through all versions.
OWN = "own_"


class Occasion(LabelledCode):
    """When somebody is asked."""

    START = "start", N_("At the end of signing up")
    END = "end", N_("After the last talk")
    SIX_MONTHS = "six_months", N_("Six months later")


class Kind(LabelledCode):
    """How a question is answered."""

    GRADE = "grade", N_("A grade from 1 to 10")
    STATEMENT = "statement", N_("A statement: from 1 fully disagree to 5 fully agree, or not applicable")
    RECOMMEND = "recommend", N_("How likely: from 0 to 10")
    ONE = "one", N_("One answer out of several")
    MANY = "many", N_("One or more answers")
    OPEN = "open", N_("In one's own words")


class State(LabelledCode):
    """From draft to in use to retired, and never back."""

    DRAFT = "draft", N_("Draft")
    IN_USE = "in_use", N_("In use")
    RETIRED = "retired", N_("Was used before")


WITH_OPTIONS = frozenset({Kind.ONE, Kind.MANY})


@dataclass(frozen=True)
class Option:
    """One of the answers to choose from: a code that stays and its text in both languages."""

    code: str
    nl: str
    en: str

    def text(self, language: str) -> str:
        return self.nl if language == "nl" else self.en


@dataclass(frozen=True)
class Wording:
    """A question as somebody edits it: its text and its answers, one per line, in both languages."""

    nl: str
    en: str
    options_nl: str = ""
    options_en: str = ""
    required: str = "no"

    @property
    def is_required(self) -> bool:
        return self.required == "yes"


def minutes_for(questions: int) -> int:
    """About how long so many questions take: some twenty seconds each (our estimate), in whole minutes."""
    return ceil(questions * SECONDS_EACH / 60)


class NotADraft(DomainError):
    """Who answered must be able to trust what they were asked."""

    status = 409
    message = N_("This version is in use, or was. It is never changed. Make a new version instead.")


class DraftExists(DomainError):
    status = 409
    message = N_("There is a draft already. Go on with that one, or throw it away first.")


class StandardQuestion(DomainError):
    status = 409
    message = N_("The figures need this question. You can reword it, but not remove it.")


class OpenOnlyAtTheEnd(DomainError):
    field = "kind"
    message = N_("People answer in their own words after the last talk only: those texts are read by somebody.")


class TooManyQuestions(DomainError):
    message = N_("There are enough questions. Remove one first.")


class LinesDiffer(DomainError):
    field = "options_en"
    message = N_("Give every answer in Dutch and in English: as many lines here as there.")


class WrongNumberOfOptions(DomainError):
    field = "options_nl"
    message = N_("Give 2 to %(most)s different answers, each on a line of its own.")


class OptionTooLong(DomainError):
    field = "options_nl"
    message = N_("An answer to choose from has at most %(most)s characters.")


class MeaningsMissing(DomainError):
    field = "options_nl"
    message = N_("The figures need these %(number)s answers. Reword them, and leave none out.")


def lines(text: str) -> list[str]:
    return [line.strip() for line in text.splitlines() if line.strip()]


def read_options(wording: Wording, known: Sequence[Option], used: set[str]) -> list[Option]:
    """The answers as they were typed, one per line. A line that stayed the same in one language keeps its code, any
    other gets a code that was never `used`. Raises what is wrong with them."""
    new = new_codes(used)
    return [Option(code or next(new), nl, en) for code, nl, en in _recognised(wording, known)]


def reword_options(wording: Wording, known: Sequence[Option]) -> list[Option]:
    """The answers of a question that figures rest on: it keeps each of them and gets no others. Lines that changed in
    both languages take the codes that are left, in order."""
    found = _recognised(wording, known)
    if len(found) != len(known):
        raise MeaningsMissing(number=len(known))
    taken = {code for code, _, _ in found}
    left = iter([option.code for option in known if option.code not in taken])
    return [Option(code or next(left), nl, en) for code, nl, en in found]


def _recognised(wording: Wording, known: Sequence[Option]) -> list[tuple[str, str, str]]:
    """Every line with the code that it had; none for a line that is new."""
    dutch, english = lines(wording.options_nl), lines(wording.options_en)
    if not 2 <= len(dutch) <= MOST_OPTIONS or len(set(dutch)) < len(dutch):
        raise WrongNumberOfOptions(most=MOST_OPTIONS)
    if len(english) != len(dutch) or len(set(english)) < len(english):
        raise LinesDiffer
    check_lengths([*dutch, *english])
    left = list(known)
    found = []
    for nl, en in zip(dutch, english, strict=True):
        same = next((option for option in left if nl == option.nl or en == option.en), None)
        if same is not None:
            left.remove(same)
        found.append((same.code if same else "", nl, en))
    return found


def check_lengths(texts: Sequence[str]) -> None:
    if any(len(text) > LONGEST_OPTION for text in texts):
        raise OptionTooLong(most=LONGEST_OPTION)


def new_codes(used: set[str]) -> Iterator[str]:
    """Codes that were never used, one after the other."""
    numbers = [int(code.removeprefix(OWN)) for code in used if code.startswith(OWN)]
    return (f"{OWN}{number}" for number in count(max(numbers, default=0) + 1))


def check_kind(kind: Kind, occasion: Occasion) -> None:
    if kind == Kind.OPEN and occasion != Occasion.END:
        raise OpenOnlyAtTheEnd


def check_room(questions: int) -> None:
    if questions >= MOST_QUESTIONS:
        raise TooManyQuestions


def values_text(values: Mapping[str, Sequence[str]]) -> str:
    """'own_1:3;own_2:a+b': what was chosen, by code of question; nothing of what was skipped."""
    return ";".join(f"{code}:{'+'.join(chosen)}" for code, chosen in values.items() if chosen)


def values_in(text: str) -> dict[str, tuple[str, ...]]:
    """The reverse of `values_text`."""
    pairs = [part.split(":") for part in text.split(";") if part]
    return {code: tuple(chosen.split("+")) for code, chosen in pairs}
