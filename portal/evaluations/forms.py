"""What somebody filled in, sorted into what figures rest on and what staff asked besides."""

from portal.evaluations.rules import STANDARD, Agreement, Answers, Statement
from portal.programmes.codes import Outcome
from portal.questionnaires.forms import Asking

STATEMENT_CODES = frozenset(Statement)


def answers_of(form: Asking) -> Answers:
    values, texts = form.values, form.texts
    single = {code: chosen[0] for code, chosen in values.items()}
    return Answers(
        coach_grade=int(single["coach_grade"]),
        trajectory_grade=int(single["trajectory_grade"]),
        agreements={Statement(code): Agreement(one) for code, one in single.items() if code in STATEMENT_CODES},
        outcomes=frozenset(map(Outcome, values.get("outcomes", ()))),
        recommend=int(single["recommend"]) if "recommend" in single else None,
        comment=texts.get("comment", ""),
        quote_consent=form.may_be_quoted,
        more={code: chosen for code, chosen in values.items() if code not in STANDARD},
        again=form.values_again,
        texts={code: text for code, text in texts.items() if code not in STANDARD},
    )
