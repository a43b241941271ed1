"""Every figure there is, for periods and reference dates around which things happened, split in every way."""

from datetime import date

from portal.counting import queries
from portal.counting.figures import Figure
from portal.counting.periods import Period
from portal.counting.rules import By, Scope
from portal.programmes.codes import ProgrammeCode
from portal.regions.rules import DIVISIONS

YEAR = Period(date(2025, 1, 1), date(2025, 12, 31))
SPRING = Period(date(2025, 3, 29), date(2025, 6, 30))
ONE_DAY = Period(date(2025, 3, 30), date(2025, 3, 30))
# Seen from the midst of it and from long after: what is told apart by a split then is told apart in between too.
SPLIT = [(YEAR, date(2025, 5, 1)), (ONE_DAY, date(2026, 12, 31))]
WHOLE = [*SPLIT, (SPRING, date(2025, 6, 30))]


def all_figures() -> dict[tuple, Figure]:
    """By scope, split, group and counter."""
    found: dict[tuple, Figure] = {}
    for scope in (Scope(programme, *dates) for programme in ProgrammeCode for dates in WHOLE):
        found |= {(scope, "", "", id): figure for id, figure in queries.count(scope).items()}
    for scope in (Scope(programme, *dates) for programme in ProgrammeCode for dates in SPLIT):
        for by in set(By) - {By.EMPLOYER_ORG}:
            found |= split(scope, by)
        for division in DIVISIONS if scope.period == YEAR else ():  # They add up regions, which are there already.
            found |= split(scope, By.EMPLOYER_ORG, division=division)
    return found


def split(scope: Scope, by: By, **options: int) -> dict[tuple, Figure]:
    groups = queries.count_by(scope, by, **options)
    return {
        (scope, (by, *options.values()), key, id): figure
        for key, figures in groups.items()
        for id, figure in figures.items()
    }
