"""What people answered to questions that are no counters: those that staff added, before and after, six months later.

Each is read as `Asked`, and put into the publication of a page under its own id, such as 'own_1' or 'later:work_joy'.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace

import peewee
from peewee import fn

from portal.counting.figures import Count
from portal.counting.periods import last_of_month
from portal.counting.rules import Scope
from portal.disclosure import rules as protection
from portal.disclosure.bands import Scale
from portal.disclosure.batches import told_through
from portal.disclosure.cells import WHOLE
from portal.disclosure.rules import Protected
from portal.disclosure.tables import Publication
from portal.evaluations.models import EvaluationAnswer
from portal.evaluations.rules import Agreement
from portal.i18n import language
from portal.later.models import LaterAnswer
from portal.later.rules import ANSWERED_WITHIN
from portal.measures.models import Measure
from portal.questionnaires.models import Question, Questionnaire
from portal.questionnaires.rules import OWN, Kind, values_in
from portal.regions.queries import NamedRegion
from portal.results import rules
from portal.years.rules import Selection

LATER, CHANGE = "later:", "change:"
BEFORE, AFTER = ".before", ".after"


@dataclass(frozen=True)
class Row:
    """One band as it may be seen."""

    label: str
    people: Protected


@dataclass(frozen=True)
class Spread:
    """A question with the bands of its answers; no rows when they are not shown."""

    question: str
    rows: list[Row]


@dataclass(frozen=True)
class Added:
    """A question that staff added: bands of a scale, or answers to draw. Neither when they are not shown."""

    question: str
    rows: list[Row]
    options: list[tuple[str, float, str]]

    @property
    def is_told(self) -> bool:
        return bool(self.rows or self.options)


@dataclass(frozen=True)
class Change:
    """A question of the start, asked again afterwards: how many answered both, and what they said then and now."""

    question: str
    people: Protected
    before: Protected
    after: Protected


@dataclass(frozen=True)
class Asked:
    """A question, its id in the publication, and how often every answer was chosen."""

    id: str
    question: Question
    chosen: Counter[str]

    def put_into(self, publication: Publication) -> None:
        """All figures about it, from ten answers; where people could choose several, from ten who chose the same."""
        if self.question.kind == Kind.MANY:
            if max(self._options.values(), default=0) >= protection.ENOUGH:
                publication.add({f"{self.id}.{option}": Count(times) for option, times in self._options.items()})
            return
        people = sum(self._values.values()) if self._scale else self.chosen.total()
        if people < protection.ENOUGH:
            return
        publication.add({self.id: Count(people)})
        publication.from_ten.add((WHOLE, self.id))
        if self._scale:
            publication.spread(self.id, self._values, self._scale)
        else:
            publication.break_down(self.id, self._options)

    def shown(self, publication: Publication) -> Added:
        """As it may be seen, once the publication has withheld what must be."""
        if self._scale:
            return Added(self.question.text, rows_of(publication, self.id, self._scale), [])
        texts = {option.code: option.text(language()) for option in self.question.options}
        told = {code: publication.shown(f"{self.id}.{code}") for code in texts if publication.has(f"{self.id}.{code}")}
        options = protection.by_size([(texts[code], figure) for code, figure in told.items() if figure.is_told])
        return Added(self.question.text, [], options)

    @property
    def _scale(self) -> Scale | None:
        return rules.SCALES.get(self.question.kind)

    @property
    def _values(self) -> dict[int, int]:
        return {int(value): times for value, times in self.chosen.items() if value != Agreement.NOT_APPLICABLE}

    @property
    def _options(self) -> dict[str, int]:
        return {option.code: self.chosen[option.code] for option in self.question.options}


@dataclass(frozen=True)
class Measured:
    """A question of the start, and what each person answered then and afterwards."""

    id: str
    question: Question
    pairs: list[tuple[int, int]]

    def put_into(self, publication: Publication) -> None:
        before, after = rules.before_and_after(self.question.kind, self.pairs)
        publication.add({self.id: Count(len(self.pairs)), self.id + BEFORE: before, self.id + AFTER: after})

    def shown(self, publication: Publication) -> Change:
        return Change(self.question.text, *(publication.shown(self.id + end) for end in ("", BEFORE, AFTER)))


def rows_of(publication: Publication, id: str, scale: Scale) -> list[Row]:
    """The bands behind a figure, each as it may be seen; none when they are not shown."""
    if not all(publication.has(f"{id}.{band.name}") for band in scale.bands):
        return []
    rows = [Row(band.label, publication.shown(f"{id}.{band.name}")) for band in scale.bands]
    return rows if all(row.people.is_told for row in rows) else []


# -- reading


def among(
    table: type[EvaluationAnswer | Measure | LaterAnswer], month: peewee.Field, scope: Scope, region: NamedRegion | None
) -> list[peewee.Expression]:
    """Of this programme, in the months of the period, in this region if there is one."""
    first, end = scope.answer_months
    found = [table.programme == scope.programme, month >= first, month < end]
    return [*found, table.region == region.code] if region else found


def added(scope: Scope, region: NamedRegion | None) -> tuple[str, list[Asked]]:
    """The versions that were answered in the months of the period ('1, 2'), and what staff added. Two queries."""
    answered, chosen = _chosen(EvaluationAnswer, EvaluationAnswer.more, scope, region)
    found = _questions(answered)
    newest = {question.code: question for question in found if question.code.startswith(OWN)}
    numbers = ", ".join(map(str, sorted({question.questionnaire.version for question in found})))
    return numbers, list(_asked(newest.values(), chosen))


def later(selection: Selection, region: NamedRegion | None) -> list[Asked]:
    """What people answered half a year after the end, as far as it is told yet. Three queries."""
    scope = _told_later(selection, region)
    if scope is None:
        return []
    versions, chosen = _chosen(LaterAnswer, LaterAnswer.answers, scope, region)
    newest = {question.code: question for question in _questions(versions)}
    return list(_asked(newest.values(), chosen, LATER))


def _told_later(selection: Selection, region: NamedRegion | None) -> Scope | None:
    scope, month = selection.scope, LaterAnswer.closed_month
    counted = LaterAnswer.select(month, fn.COUNT(peewee.SQL("*"))).where(*among(LaterAnswer, month, scope, region))
    answers = dict.fromkeys(scope.period.months, 0) | dict(counted.group_by(month).tuples())
    through = told_through(answers, selection.today, answered_within=ANSWERED_WITHIN)
    return replace(scope, period=scope.period.up_to(last_of_month(through))) if through else None


def measured(scope: Scope, region: NamedRegion | None) -> list[Measured]:
    """Of who answered both when signing up and afterwards. Two queries."""
    rows = Measure.select(Measure.questionnaire, Measure.before, Measure.after).where(
        *among(Measure, Measure.month, scope, region), Measure.after != ""
    )
    versions: set[int] = set()
    pairs: dict[str, list[tuple[int, int]]] = defaultdict(list)
    for version, before, after in rows.tuples().execute():
        versions.add(version)
        then, now = values_in(before), values_in(after)
        for code in {*then} & {*now}:
            if Agreement.NOT_APPLICABLE not in (then[code][0], now[code][0]) and then[code][0].isdigit():
                pairs[code].append((int(then[code][0]), int(now[code][0])))
    newest = {question.code: question for question in _questions(versions)}
    return [
        Measured(f"{CHANGE}{code}", question, pairs[code])
        for code, question in newest.items()
        if question.kind in (Kind.GRADE, Kind.STATEMENT)
    ]


def _asked(questions: Iterable[Question], chosen: Mapping[str, Counter[str]], prefix: str = "") -> Iterator[Asked]:
    for question in questions:
        if question.kind != Kind.OPEN:
            yield Asked(f"{prefix}{question.code}", question, chosen[question.code])


def _chosen(
    table: type[EvaluationAnswer | LaterAnswer], chosen: peewee.Field, scope: Scope, region: NamedRegion | None
) -> tuple[set[int], Mapping[str, Counter[str]]]:
    """The ids of the versions, and how often every answer was chosen by code of the question. One query."""
    rows = (
        table.select(table.questionnaire, chosen, fn.COUNT(peewee.SQL("*")))
        .where(*among(table, table.closed_month, scope, region), table.questionnaire.is_null(False))
        .group_by(table.questionnaire, chosen)
    )
    answered: set[int] = set()
    found: dict[str, Counter[str]] = defaultdict(Counter)
    for version, text, times in rows.tuples().execute():
        answered.add(version)
        for code, values in values_in(text).items():
            found[code].update(dict.fromkeys(values, times))
    return answered, found


def _questions(versions: Iterable[int]) -> list[Question]:
    """Of these versions, the oldest first."""
    return list(
        Question.select(Question, Questionnaire)
        .join(Questionnaire)
        .where(Questionnaire.id.in_(sorted(versions)))
        .order_by(Questionnaire.version, Question.ordinal)
    )
