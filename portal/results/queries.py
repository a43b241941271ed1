"""What people answered, together: for a region or the country, beside the country and the period before."""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass

import peewee
from peewee import fn

from portal.access import Actor
from portal.coaches import queries as coaches
from portal.counting import queries as counting
from portal.counting.catalogue import DEFINITIONS, PART_LABELS
from portal.counting.figures import Count
from portal.counting.queries import Figures
from portal.counting.rules import Question, Scope
from portal.disclosure import rules as protection
from portal.disclosure.bands import AGREEMENT, GRADE, RECOMMENDATION, Scale
from portal.disclosure.bounds import suspect
from portal.disclosure.cells import WHOLE
from portal.disclosure.rules import NOT_YET, Protected, protect
from portal.disclosure.tables import Publication
from portal.evaluations.models import CoachGrade, EvaluationAnswer
from portal.evaluations.rules import STATEMENTS
from portal.i18n import N_, gettext
from portal.programmes.codes import Outcome
from portal.regions.queries import NamedRegion
from portal.results import answers, rules
from portal.results.answers import Added, Asked, Change, Measured, Spread
from portal.years import queries as years
from portal.years.rules import Selection

# The id of how many answered, and with a dot of what they are going to do.
PEOPLE, OUTCOME = "people", "outcome"
# The figures beside one's own.
COUNTRY, EARLIER = "country", "earlier"
# Each with the figure that is about the same answers.
QUESTIONS: tuple[tuple[Question, str, str, Scale], ...] = (
    (Question.TRAJECTORY_GRADE, "E02", N_("Grade for the whole trajectory"), GRADE),
    (Question.COACH_GRADE, "E02b", N_("Grade for the coach"), GRADE),
    (Question.RECOMMENDATION, "E04", N_("Would recommend it to a colleague (0 to 10)"), RECOMMENDATION),
)


@dataclass(frozen=True)
class Compared:
    """A figure of one's own, with the same one of the country and of the period before."""

    name: str
    anchor: str
    figures: list[Protected]


@dataclass(frozen=True)
class Results:
    """What a page of results shows. `people` is how many answered, `versions` which versions ('1, 2'), `scope` what
    answers are told of (None: nothing yet)."""

    people: Protected
    response: Protected
    grade: Protected
    recommendation: Protected
    compared: list[Compared]
    grades: list[Spread]
    statements: list[Spread]
    outcomes: list[tuple[str, float, str]]
    versions: str
    added: list[Added]
    changes: list[Change]
    later: list[Added]
    told: bool
    scope: Scope | None

    @property
    def has_changes_told(self) -> bool:
        return any(figure.is_told for change in self.changes for figure in (change.before, change.after))

    @property
    def has_compared_told(self) -> bool:
        """Whether of at least one figure something is told, be it only elsewhere."""
        return any(figure.is_told for one in self.compared for figure in one.figures)


def results(selection: Selection, before: Selection | None, region: NamedRegion | None) -> Results:
    """The results of a region (None: of the country) in a period. A fixed number of queries."""
    told = years.evaluated(selection, region)
    scopes = {WHOLE: (selection, told)}
    if region:
        scopes[COUNTRY] = selection, years.evaluated(selection)
    if before:
        scopes[EARLIER] = before, years.evaluated(before, region)
    tables = {table: years.evaluation(*scope) for table, scope in scopes.items()}
    told_at_all = {table for table, (_, scope) in scopes.items() if scope}
    given = _answers(told)
    people = given[Question.TRAJECTORY_GRADE].total()
    versions, added = answers.added(told, region) if told else ("", [])
    measured = answers.measured(told, region) if told else []
    later = answers.later(selection, region)
    publication = _counted(selection, tables, given)
    publication.add({PEOPLE: Count(people)})
    if told and people >= protection.ENOUGH:
        chose = people_by_outcome(told, region)
        publication.add({f"{OUTCOME}.{code.value}": Count(chose[code]) for code in Outcome})
    asked: list[Asked | Measured] = [*added, *measured, *later]
    for question in asked:
        question.put_into(publication)
    publication.withhold(suspect)
    return Results(
        people=publication.shown(PEOPLE),
        response=publication.shown("E01"),
        grade=publication.shown("E02"),
        recommendation=publication.shown("E04"),
        compared=list(_compared(publication, tables, told_at_all)),
        grades=[_spread(publication, id, name, scale) for _, id, name, scale in QUESTIONS],
        statements=[
            _spread(publication, f"E03.{statement}", statement.label, AGREEMENT)
            for statement in STATEMENTS[selection.programme]
        ],
        outcomes=_outcomes(publication),
        versions=versions,
        added=[question.shown(publication) for question in added],
        changes=[question.shown(publication) for question in measured],
        later=[question.shown(publication) for question in later],
        told=people >= protection.ENOUGH,
        scope=told,
    )


def _answers(told: Scope | None) -> Mapping[str, Counter[int]]:
    """How often every answer was given, by question."""
    return counting.answers(told)[""] if told else defaultdict(Counter)


def _counted(selection: Selection, tables: Mapping[str, Figures], given: Mapping[str, Counter[int]]) -> Publication:
    """The counters about evaluation, and how the answers behind one's own are spread."""
    publication = Publication()
    for name, figures in tables.items():
        publication.add(figures, name)
    if COUNTRY in tables:
        publication.within(WHOLE, COUNTRY)
    for question, id, _, scale in QUESTIONS:
        publication.spread(id, given[question], scale)
    for statement in STATEMENTS[selection.programme]:
        publication.spread(f"E03.{statement}", given[statement], AGREEMENT)
    return publication


def _compared(publication: Publication, tables: Mapping[str, Figures], told: Collection[str]) -> Iterator[Compared]:
    """Every figure in each of these tables, as far as it is `told` yet what people answered."""
    for id in tables[WHOLE]:
        counter, _, part = id.partition(".")
        yield Compared(
            name=gettext(PART_LABELS[part] if part else DEFINITIONS[counter].name),
            anchor=counter,
            figures=[publication.shown(id, table) if table in told else NOT_YET for table in tables],
        )


def _spread(publication: Publication, id: str, name: str, scale: Scale) -> Spread:
    return Spread(gettext(name), answers.rows_of(publication, id, scale))


def _outcomes(publication: Publication) -> list[tuple[str, float, str]]:
    """What people are going to do, to draw: the people who chose it, rounded, the most frequent first."""
    codes = [code for code in Outcome if publication.has(f"{OUTCOME}.{code.value}")]
    return protection.by_size([(gettext(code.label), publication.shown(f"{OUTCOME}.{code.value}")) for code in codes])


def people_by_outcome(scope: Scope, region: NamedRegion | None = None) -> Counter[Outcome]:
    """How many people chose each of the things that they are going to do; one may choose several. One query."""
    outcomes = EvaluationAnswer.outcomes
    found = EvaluationAnswer.select(outcomes, fn.COUNT(peewee.SQL("*"))).where(
        *answers.among(EvaluationAnswer, EvaluationAnswer.closed_month, scope, region)
    )
    people: Counter[Outcome] = Counter()
    for chosen, times in found.group_by(outcomes).tuples().execute():
        people.update(dict.fromkeys(chosen, times))
    return people


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
