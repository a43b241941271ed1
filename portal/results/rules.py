"""What is told of the same people then and now, and of a coach's own grades."""

from collections.abc import Mapping, Sequence

from portal.counting.figures import Mean, Share
from portal.counting.rules import agrees
from portal.disclosure.bands import AGREEMENT, GRADE, RECOMMENDATION, Scale
from portal.disclosure.rules import Protected, protect
from portal.questionnaires.rules import Kind

# From so many grades together a coach sees the mean of them: per coach from five, and only to that coach.
OWN_ENOUGH = 5
SCALES: Mapping[Kind, Scale] = {
    Kind.GRADE: GRADE,
    Kind.STATEMENT: AGREEMENT,
    Kind.RECOMMEND: RECOMMENDATION,
}


def before_and_after(kind: Kind, pairs: Sequence[tuple[int, int]]) -> tuple[Mean | Share, Mean | Share]:
    """Of the same people then and now: the mean grade, or the share that agrees with a statement."""
    n = len(pairs)
    if kind == Kind.GRADE:
        return Mean(sum(then for then, _ in pairs), n), Mean(sum(now for _, now in pairs), n)
    then, now = (sum(map(agrees, answers)) for answers in ([t for t, _ in pairs], [n for _, n in pairs]))
    return Share(then, n), Share(now, n)


def own_mean(grades: Mapping[int, int]) -> Protected:
    """The mean of a coach's own grades, for that coach; `grades` says how often each was given."""
    return protect(Mean(sum(grade * times for grade, times in grades.items()), sum(grades.values())), enough=OWN_ENOUGH)
