"""What people answered, together: for a region or the country, beside the country and the period before."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import peewee
from peewee import fn

from portal.access import Actor
from portal.coaches import queries as coaches
from portal.counting import queries as counting
from portal.counting.catalogue import DEFINITIONS, PART_LABELS
from portal.counting.figures import Count
from portal.counting.queries import Figures
from portal.counting.rules import Answered, By, Invited, Question, Scope
from portal.disclosure import rules as protection
from portal.disclosure.rules import Protected, protect
from portal.disclosure.selection import Selection
from portal.evaluations.models import CoachGrade, EvaluationAnswer
from portal.evaluations.rules import STATEMENTS, Agreement
from portal.i18n import N_, gettext, language
from portal.programmes.codes import Outcome
from portal.questionnaires import models as questionnaires
from portal.questionnaires.rules import OWN, Kind, values_in
from portal.regions.queries import NamedRegion
from portal.results import rules
from portal.results.rules import AGREEMENT, GRADE, RECOMMENDATION, Row, Scale

COUNTED = (Invited, Answered)
Answers = Mapping[str, Counter[int]]
QUESTIONS: tuple[tuple[Question, str, Scale], ...] = (
    (Question.TRAJECTORY_GRADE, N_("Grade for the whole trajectory"), GRADE),
    (Question.COACH_GRADE, N_("Grade for the coach"), GRADE),
    (Question.RECOMMENDATION, N_("Would recommend it to a colleague (0 to 10)"), RECOMMENDATION),
)

SCALES: Mapping[Kind, Scale] = {
    Kind.GRADE: GRADE,
    Kind.STATEMENT: AGREEMENT,
    Kind.RECOMMEND: RECOMMENDATION,
}


@dataclass(frozen=True)
class Spread:
    """A question with the bands of its answers; no rows when too few people answered."""

    question: str
    rows: list[Row]


@dataclass(frozen=True)
class Compared:
    """A figure of one's own, with the same one of the country and of the period before."""

    name: str
    anchor: str
    figures: list[Protected]


@dataclass(frozen=True)
class Added:
    """A question that staff added: bands of a scale, or answers to draw. Neither when too few people answered."""

    question: str
    rows: list[Row]
    options: list[tuple[str, float, str]]


@dataclass(frozen=True)
class Versions:
    """The versions whose questions were answered ('1, 2'), and what was added in them."""

    numbers: str
    added: list[Added]


@dataclass(frozen=True)
class Results:
    """What a page of results shows. `people` is how many answered."""

    people: Protected
    response: Protected
    grade: Protected
    recommendation: Protected
    compared: list[Compared]
    grades: list[Spread]
    statements: list[Spread]
    outcomes: list[tuple[str, float, str]]
    versions: Versions
    told: bool


def results(selection: Selection, before: Selection | None, region: NamedRegion | None) -> Results:
    """The results of a region (None: of the country) in a period. At most eight queries."""
    own, country = _figures(selection.scope, region)
    earlier = _figures(before.scope, region)[0] if before else {}
    answers = _answers(selection.scope, region)
    people = answers[Question.TRAJECTORY_GRADE].total()
    return Results(
        people=protect(Count(people)),
        response=protect(own["E01"]),
        grade=protect(own["E02"]),
        recommendation=protect(own["E04"]),
        compared=list(_compared(own, [*([country] if region else []), *([earlier] if before else [])])),
        grades=[Spread(gettext(name), rules.spread(answers[code], scale)) for code, name, scale in QUESTIONS],
        statements=[
            Spread(gettext(statement.label), rules.spread(answers[statement], AGREEMENT))
            for statement in STATEMENTS[selection.programme]
        ],
        outcomes=_outcomes(selection.scope, region) if people >= protection.ENOUGH else [],
        versions=_versions(selection.scope, region),
        told=people >= protection.ENOUGH,
    )


def _figures(scope: Scope, region: NamedRegion | None) -> tuple[Figures, Figures]:
    """Of the region, or else of the country; and of the country."""
    country, regions = counting.count_and_split(scope, By.REGION, COUNTED)
    if region is None:
        return country, country
    return regions.get(region.code) or counting.nothing(scope, COUNTED), country


def _answers(scope: Scope, region: NamedRegion | None) -> Answers:
    if region is None:
        return counting.answers(scope)[""]
    return counting.answers(scope, By.REGION)[region.code]


def _compared(own: Figures, others: Iterable[Figures]) -> Iterable[Compared]:
    for id, figure in own.items():
        counter, _, part = id.partition(".")
        yield Compared(
            name=gettext(PART_LABELS[part] if part else DEFINITIONS[counter].name),
            anchor=counter,
            figures=[protect(figure), *(protect(other[id]) for other in others)],
        )


def _outcomes(scope: Scope, region: NamedRegion | None) -> list[tuple[str, float, str]]:
    """What people are going to do, to draw: the people who chose it, rounded, the most frequent first."""
    months = scope.period.months
    found = EvaluationAnswer.select(EvaluationAnswer.outcomes, fn.COUNT(peewee.SQL("*"))).where(
        EvaluationAnswer.programme == scope.programme,
        EvaluationAnswer.closed_month >= months[0],
        EvaluationAnswer.closed_month <= months[-1],
        *([EvaluationAnswer.region == region.code] if region else []),
    )
    people: Counter[Outcome] = Counter()
    for outcomes, times in found.group_by(EvaluationAnswer.outcomes).tuples().execute():
        people.update(dict.fromkeys(outcomes, times))
    return protection.by_size([(gettext(code.label), protect(Count(people[code]))) for code in Outcome])


def _versions(scope: Scope, region: NamedRegion | None) -> Versions:
    """What was answered in the months of the period, by region or in the country. Two queries."""
    answered, chosen = _chosen(scope, region)
    found = list(
        questionnaires.Question.select(questionnaires.Question, questionnaires.Questionnaire)
        .join(questionnaires.Questionnaire)
        .where(questionnaires.Questionnaire.id.in_(sorted(answered)))
        .order_by(questionnaires.Questionnaire.version, questionnaires.Question.ordinal)
    )
    newest = {question.code: question for question in found if question.code.startswith(OWN)}
    return Versions(
        numbers=", ".join(map(str, sorted({question.questionnaire.version for question in found}))),
        added=[_added(question, chosen[code]) for code, question in newest.items() if question.kind != Kind.OPEN],
    )


def _chosen(scope: Scope, region: NamedRegion | None) -> tuple[set[int], Mapping[str, Counter[str]]]:
    """The ids of the versions, and how often every answer was chosen by code of the question."""
    months = scope.period.months
    rows = EvaluationAnswer.select(
        EvaluationAnswer.questionnaire, EvaluationAnswer.more, fn.COUNT(peewee.SQL("*"))
    ).where(
        EvaluationAnswer.programme == scope.programme,
        EvaluationAnswer.closed_month >= months[0],
        EvaluationAnswer.closed_month <= months[-1],
        EvaluationAnswer.questionnaire.is_null(False),
        *([EvaluationAnswer.region == region.code] if region else []),
    )
    answered: set[int] = set()
    chosen: dict[str, Counter[str]] = defaultdict(Counter)
    for version, more, times in rows.group_by(EvaluationAnswer.questionnaire, EvaluationAnswer.more).tuples().execute():
        answered.add(version)
        for code, values in values_in(more).items():
            chosen[code].update(dict.fromkeys(values, times))
    return answered, chosen


def _added(question: questionnaires.Question, chosen: Counter[str]) -> Added:
    if scale := SCALES.get(question.kind):
        values = {int(value): times for value, times in chosen.items() if value != Agreement.NOT_APPLICABLE}
        return Added(question.text, rules.spread(values, scale), [])
    counts = {option.code: chosen[option.code] for option in question.options}
    people = rules.one_of(counts) if question.kind == Kind.ONE else rules.any_of(counts)
    texts = {option.code: option.text(language()) for option in question.options}
    return Added(question.text, [], protection.by_size([(texts[code], shown) for code, shown in people.items()]))


@dataclass(frozen=True)
class OwnGrades:
    """A coach's own grades: of all together, and of each quarter ('2026-Q1') in which some were added."""

    mean: Protected
    people: Protected
    quarters: list[tuple[str, Protected, Protected]]


def own_grades(actor: Actor) -> OwnGrades:
    """The grades of the coach who asks. Nobody else's are ever read here. Two queries."""
    coach = coaches.coach_of(actor)
    by_quarter: dict[str, Counter[int]] = {}
    rows = CoachGrade.select(CoachGrade.quarter, CoachGrade.grade, CoachGrade.people).where(CoachGrade.coach == coach)
    for quarter, grade, people in rows.tuples().execute():
        by_quarter.setdefault(quarter, Counter())[grade] += people
    everything = sum(by_quarter.values(), Counter())
    return OwnGrades(
        mean=rules.own_mean(everything),
        people=protect(Count(everything.total())),
        quarters=[
            (quarter.replace("-", "-Q"), rules.own_mean(grades), protect(Count(grades.total())))
            for quarter, grades in sorted(by_quarter.items(), reverse=True)
        ],
    )
