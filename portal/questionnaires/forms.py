"""The form that people answer, made from a version; and the forms in which national staff edit one."""

import json
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any

from wtforms import Field, RadioField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import DataRequired, InputRequired, Length, Optional

from portal.accounts.rules import check_no_service_number
from portal.forms import Boxes, Form, choices_of
from portal.i18n import N_, language
from portal.i18n import gettext as _
from portal.i18n import lazy_gettext as _l
from portal.programmes.codes import labels
from portal.questionnaires.models import Question
from portal.questionnaires.rules import (
    LONGEST_ANSWER,
    LONGEST_LEAD,
    LONGEST_TEXT,
    WITH_OPTIONS,
    Kind,
    Occasion,
    Wording,
    check_kind,
    minutes_for,
    read_options,
    reword_options,
)

QUOTE, AGAIN = "quote_consent", "again_"
LONGEST_OPTIONS = 4000
AGREEMENTS = {**{str(n): str(n) for n in range(1, 6)}, "na": N_("Not applicable")}


class Asking(Form):
    """The questions of one version, in order, each a field with the name of its code."""

    questions: list[Question]
    # Asked before, in another questionnaire, and now again.
    again: list[Question]

    def check_rules(self) -> None:
        for question, field in self.asked:
            if question.kind == Kind.OPEN:
                self.obey(partial(check_no_service_number, field=question.code), field)

    @property
    def asked(self) -> list[tuple[Question, Field]]:
        return [(question, self[question.code]) for question in self.questions]

    @property
    def number(self) -> int:
        """How many questions there are, those that were asked before too."""
        return len(self.questions) + len(self.again)

    @property
    def minutes(self) -> int:
        return minutes_for(self.number)

    @property
    def asked_again(self) -> list[tuple[Question, Field]]:
        return [(question, self[AGAIN + question.code]) for question in self.again]

    @property
    def quote_consent_after(self) -> str:
        """The code of the last question in one's own words: there we ask whether we may quote."""
        return next((q.code for q in reversed(self.questions) if q.kind == Kind.OPEN), "")

    @property
    def values(self) -> dict[str, tuple[str, ...]]:
        """What was chosen, by code; not what was written."""
        return _chosen(self.asked)

    @property
    def values_again(self) -> dict[str, tuple[str, ...]]:
        return _chosen(self.asked_again)

    @property
    def texts(self) -> dict[str, str]:
        """What was written, by code."""
        return {q.code: field.data for q, field in self.asked if q.kind == Kind.OPEN and field.data}

    @property
    def may_be_quoted(self) -> bool:
        return QUOTE in self and self[QUOTE].data == "yes"

    def half_filled(self) -> str:
        """What was filled in so far, to be kept: only what the page offers, right or not complete."""
        filled = [field for field in self if field.name != "csrf_token" and field.data not in (None, "", [])]
        return json.dumps({field.name: _shortened(field.data) for field in filled})


def _chosen(asked: list[tuple[Question, Field]]) -> dict[str, tuple[str, ...]]:
    answered = {q.code: field.data for q, field in asked if q.kind != Kind.OPEN and field.data not in (None, "", [])}
    return {code: tuple(map(str, data)) if isinstance(data, list) else (str(data),) for code, data in answered.items()}


def _shortened(data: Any) -> Any:
    return data[:LONGEST_ANSWER] if isinstance(data, str) else data


def asking(questions: list[Question], half_filled: str = "", again: Sequence[Question] = ()) -> Asking:
    """The form with these questions, filled with what the request sends, else with what was kept."""
    fields = {question.code: _field(question) for question in questions}
    fields |= {AGAIN + question.code: _field(question) for question in again}
    if any(question.kind == Kind.OPEN for question in questions):
        fields[QUOTE] = RadioField(
            _l("May we put what you wrote in a report, without your name?"),
            [Optional()],
            choices=choices_of({"no": N_("No"), "yes": N_("Yes")}),
        )
    made: Any = type("Asking", (Asking,), {"questions": questions, "again": list(again), **fields})
    form: Asking = made(data=json.loads(half_filled) if half_filled else None)
    return form


def _field(question: Question) -> Field:
    missing = _("Answer this question: %(question)s", question=question.text)
    needed = [InputRequired(missing)] if question.required else [Optional()]
    kind = Kind(question.kind)
    if kind == Kind.OPEN:
        return TextAreaField(question.text, [*needed, Length(max=LONGEST_ANSWER)])
    if kind == Kind.MANY:
        return Boxes(question.text, needed, choices=_options(question))
    return RadioField(question.text, needed, **_CHOICES[kind](question))


def _options(question: Question) -> list[SelectChoice]:
    return [SelectChoice(option.code, option.text(language())) for option in question.options]


def _numbers(first: int, last: int) -> Mapping[str, Any]:
    return {"choices": [SelectChoice(number, str(number)) for number in range(first, last + 1)], "coerce": int}


# How the kinds of which one answer is chosen are offered.
_CHOICES: dict[Kind, Callable[[Question], Mapping[str, Any]]] = {
    Kind.GRADE: lambda question: _numbers(1, 10),
    Kind.RECOMMEND: lambda question: _numbers(0, 10),
    Kind.STATEMENT: lambda question: {"choices": choices_of(AGREEMENTS)},
    Kind.ONE: lambda question: {"choices": _options(question)},
}


# -- for national staff


class IntroductionForm(Form):
    """What stands above the questions."""

    title_nl = StringField(
        _l("Heading in Dutch"), [DataRequired(_l("Fill in the heading in Dutch.")), Length(max=LONGEST_TEXT)]
    )
    title_en = StringField(
        _l("Heading in English"), [DataRequired(_l("Fill in the heading in English.")), Length(max=LONGEST_TEXT)]
    )
    lead_nl = TextAreaField(
        _l("Introduction in Dutch"), [DataRequired(_l("Fill in the introduction in Dutch.")), Length(max=LONGEST_LEAD)]
    )
    lead_en = TextAreaField(
        _l("Introduction in English"),
        [DataRequired(_l("Fill in the introduction in English.")), Length(max=LONGEST_LEAD)],
    )


class WordingForm(Form):
    """A question and its answers in both languages; a new one with its kind."""

    question: Question | None = None
    occasion: Occasion
    kind = RadioField(
        _l("How do people answer it?"),
        [InputRequired(_l("Choose how people answer it."))],
        choices=choices_of(labels(Kind)),
    )
    nl = StringField(
        _l("Question in Dutch"), [DataRequired(_l("Fill in the question in Dutch.")), Length(max=LONGEST_TEXT)]
    )
    en = StringField(
        _l("Question in English"), [DataRequired(_l("Fill in the question in English.")), Length(max=LONGEST_TEXT)]
    )
    options_nl = TextAreaField(_l("Answers in Dutch, each on a line"), [Optional(), Length(max=LONGEST_OPTIONS)])
    options_en = TextAreaField(
        _l("The same answers in English, in the same order"), [Optional(), Length(max=LONGEST_OPTIONS)]
    )
    required = RadioField(
        _l("Must people answer this question?"),
        [InputRequired(_l("Choose whether people must answer this question."))],
        choices=choices_of({"no": N_("No, they may skip it"), "yes": N_("Yes")}),
        default="no",
    )

    @property
    def wording(self) -> Wording:
        told = self.data  # Without what this question does not have.
        return Wording(
            nl=told["nl"],
            en=told["en"],
            options_nl=told.get("options_nl") or "",
            options_en=told.get("options_en") or "",
            required=told.get("required", "no"),
        )

    def check_rules(self) -> None:
        if self.question is None:
            self.obey(partial(check_kind, occasion=self.occasion), self.kind)
        if self.question.has_options if self.question else self.kind.data in WITH_OPTIONS:
            with self.reporting_errors():
                self._read_options()

    def _read_options(self) -> None:
        """Only whether they can be read: which codes they get is for the action."""
        if self.question and self.question.standard:
            reword_options(self.wording, self.question.options)
        else:
            read_options(self.wording, self.question.options if self.question else [], set())

    @classmethod
    def adding(cls, occasion: Occasion) -> "WordingForm":
        form = cls()
        form.occasion = occasion
        return form

    @classmethod
    def of(cls, question: Question) -> "WordingForm":
        form = cls(
            data={
                "nl": question.text_nl,
                "en": question.text_en,
                "options_nl": "\n".join(option.nl for option in question.options),
                "options_en": "\n".join(option.en for option in question.options),
                "required": "yes" if question.required else "no",
            }
        )
        form.question = question
        del form.kind
        if not question.has_options:
            del form.options_nl, form.options_en
        if question.standard:
            del form.required
        return form
