"""The eight questions of an evaluation as one form."""

from wtforms import RadioField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Length, Optional

from portal.evaluations.rules import LONGEST_COMMENT, STATEMENTS, Agreement, Answers, Statement
from portal.forms import Boxes, Form, choices_of
from portal.i18n import N_
from portal.i18n import lazy_gettext as _l
from portal.programmes.codes import Outcome, ProgrammeCode, labels


def numbers(first: int, last: int) -> list[SelectChoice]:
    return [SelectChoice(number, str(number)) for number in range(first, last + 1)]


class AnswerForm(Form):
    """What every programme asks; `answer_form` adds the statements of one programme."""

    programme: ProgrammeCode

    coach_grade = RadioField(
        _l("Which grade do you give your coach?"),
        [InputRequired(_l("Choose a grade for your coach."))],
        choices=numbers(1, 10),
        coerce=int,
    )
    trajectory_grade = RadioField(
        _l("Which grade do you give everything together?"),
        [InputRequired(_l("Choose a grade for everything together."))],
        choices=numbers(1, 10),
        coerce=int,
    )
    outcomes = Boxes(_l("What are you going to do?"), [Optional()], choices=choices_of(labels(Outcome)))
    recommend = RadioField(
        _l("How likely is it that you recommend this to a colleague?"),
        [Optional()],
        choices=numbers(0, 10),
        coerce=int,
    )
    comment = TextAreaField(_l("Is there anything you want to tell us?"), [Optional(), Length(max=LONGEST_COMMENT)])
    quote_consent = RadioField(
        _l("May we put what you wrote in a report, without your name?"),
        [Optional()],
        choices=choices_of({"no": N_("No"), "yes": N_("Yes")}),
    )

    @property
    def statements(self) -> list[RadioField]:
        return [self[statement.value] for statement in STATEMENTS[self.programme]]

    @property
    def answers(self) -> Answers:
        return Answers(
            coach_grade=self.coach_grade.data,
            trajectory_grade=self.trajectory_grade.data,
            agreements={Statement(f.name): Agreement(f.data) for f in self.statements if f.data},
            outcomes=frozenset(Outcome(code) for code in self.outcomes.data or ()),
            recommend=self.recommend.data,
            comment=self.comment.data or "",
            quote_consent=self.quote_consent.data == "yes",
        )


def answer_form(programme: ProgrammeCode) -> AnswerForm:
    """The form with the questions of this programme, filled with what the request sends."""
    statements = {s.value: _agreement_field(s) for s in STATEMENTS[programme]}
    form: AnswerForm = type("AnswerForm", (AnswerForm,), {"programme": programme, **statements})()
    return form


def _agreement_field(statement: Statement) -> RadioField:
    return RadioField(_l(statement.label), [Optional()], choices=choices_of(labels(Agreement)))
