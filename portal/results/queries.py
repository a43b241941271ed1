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
from portal.later.models import LaterAnswer
from portal.measures.models import Measure
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

    @property
    def is_told(self) -> bool:
        return bool(self.rows or self.options)


@dataclass(frozen=True)
class Versions:
    """The versions whose questions were answered ('1, 2'), and what was added in them."""

    numbers: str
    added: list[Added]


@dataclass(frozen=True)
class Change:
    """A question of the start, asked again afterwards: how many answered both, and what they said then and now."""

    question: str
    people: Protected
    before: Protected
    after: Protected


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
    changes: list[Change]
    later: list[Added]
    told: bool


def results(selection: Selection, before: Selection | None, region: NamedRegion | None) -> Results:
    """The results of a region (None: of the country) in a period. A fixed number of queries."""
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
        changes=_changes(selection.scope, region),
        later=_six_months_later(selection.scope, region),
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
    people = people_by_outcome(scope, region)
    return protection.by_size([(gettext(code.label), protect(Count(people[code]))) for code in Outcome])


def people_by_outcome(scope: Scope, region: NamedRegion | None = None) -> Counter[Outcome]:
    """How many people chose each of the things that they are going to do; one may choose several. One query."""
    outcomes = EvaluationAnswer.outcomes
    found = EvaluationAnswer.select(outcomes, fn.COUNT(peewee.SQL("*"))).where(
        *_among(EvaluationAnswer, EvaluationAnswer.closed_month, scope, region)
    )
    people: Counter[Outcome] = Counter()
    for chosen, times in found.group_by(outcomes).tuples().execute():
        people.update(dict.fromkeys(chosen, times))
    return people


def _versions(scope: Scope, region: NamedRegion | None) -> Versions:
    """What was answered in the months of the period, by region or in the country. Two queries."""
    answered, chosen = _chosen(EvaluationAnswer, EvaluationAnswer.more, scope, region)
    found = _questions(answered)
    newest = {question.code: question for question in found if question.code.startswith(OWN)}
    return Versions(
        numbers=", ".join(map(str, sorted({question.questionnaire.version for question in found}))),
        added=[_added(question, chosen[code]) for code, question in newest.items() if question.kind != Kind.OPEN],
    )


def _among(
    table: type[EvaluationAnswer | Measure | LaterAnswer], month: peewee.Field, scope: Scope, region: NamedRegion | None
) -> list[peewee.Expression]:
    """Of this programme, in the months of the period, in this region if there is one."""
    months = scope.period.months
    among = [table.programme == scope.programme, month >= months[0], month <= months[-1]]
    return [*among, table.region == region.code] if region else among


def _chosen(
    table: type[EvaluationAnswer | LaterAnswer], chosen: peewee.Field, scope: Scope, region: NamedRegion | None
) -> tuple[set[int], Mapping[str, Counter[str]]]:
    """The ids of the versions, and how often every answer was chosen by code of the question. One query."""
    rows = (
        table.select(table.questionnaire, chosen, fn.COUNT(peewee.SQL("*")))
        .where(*_among(table, table.closed_month, scope, region), table.questionnaire.is_null(False))
        .group_by(table.questionnaire, chosen)
    )
    answered: set[int] = set()
    found: dict[str, Counter[str]] = defaultdict(Counter)
    for version, text, times in rows.tuples().execute():
        answered.add(version)
        for code, values in values_in(text).items():
            found[code].update(dict.fromkeys(values, times))
    return answered, found


def _questions(versions: Iterable[int]) -> list[questionnaires.Question]:
    """Of these versions, the oldest first."""
    return list(
        questionnaires.Question.select(questionnaires.Question, questionnaires.Questionnaire)
        .join(questionnaires.Questionnaire)
        .where(questionnaires.Questionnaire.id.in_(sorted(versions)))
        .order_by(questionnaires.Questionnaire.version, questionnaires.Question.ordinal)
    )


def _added(question: questionnaires.Question, chosen: Counter[str]) -> Added:
    if scale := SCALES.get(question.kind):
        values = {int(value): times for value, times in chosen.items() if value != Agreement.NOT_APPLICABLE}
        return Added(question.text, rules.spread(values, scale), [])
    counts = {option.code: chosen[option.code] for option in question.options}
    people = rules.one_of(counts) if question.kind == Kind.ONE else rules.any_of(counts)
    texts = {option.code: option.text(language()) for option in question.options}
    return Added(question.text, [], protection.by_size([(texts[code], shown) for code, shown in people.items()]))


def _changes(scope: Scope, region: NamedRegion | None) -> list[Change]:
    """Of who answered both when signing up and afterwards. Two queries."""
    rows = Measure.select(Measure.questionnaire, Measure.before, Measure.after).where(
        *_among(Measure, Measure.month, scope, region), Measure.after != ""
    )
    versions: set[int] = set()
    pairs: dict[str, list[tuple[int, int]]] = defaultdict(list)
    for version, before, after in rows.tuples().execute():
        versions.add(version)
        then, now = values_in(before), values_in(after)
        for code in {*then} & {*now}:
            if Agreement.NOT_APPLICABLE not in (then[code][0], now[code][0]) and then[code][0].isdigit():
                pairs[code].append((int(then[code][0]), int(now[code][0])))
    asked = {question.code: question for question in _questions(versions)}
    return [
        Change(question.text, protect(Count(len(pairs[code]))), *rules.before_and_after(question.kind, pairs[code]))
        for code, question in asked.items()
        if question.kind in (Kind.GRADE, Kind.STATEMENT)
    ]


def _six_months_later(scope: Scope, region: NamedRegion | None) -> list[Added]:
    """What people answered half a year after the end. Two queries."""
    versions, chosen = _chosen(LaterAnswer, LaterAnswer.answers, scope, region)
    asked = {question.code: question for question in _questions(versions)}
    return [_added(question, chosen[code]) for code, question in asked.items() if question.kind != Kind.OPEN]


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
