"""Every figure there is, split in every way, for periods and reference dates around which things happened."""

from datetime import date
from itertools import product

from portal.counting import queries
from portal.counting.figures import Figure
from portal.counting.periods import Period
from portal.counting.rules import By, Scope
from portal.programmes.codes import ProgrammeCode
from portal.regions.rules import DIVISIONS

YEAR = Period(date(2025, 1, 1), date(2025, 12, 31))
SPRING = Period(date(2025, 3, 29), date(2025, 6, 30))
ONE_DAY = Period(date(2025, 3, 30), date(2025, 3, 30))
SCOPES = [
    Scope(programme, period, reference_date)
    for programme, (period, reference_date) in product(
        ProgrammeCode,
        [
            (YEAR, date(2025, 5, 1)),
            (SPRING, date(2025, 6, 30)),
            (ONE_DAY, date(2026, 12, 31)),
        ],
    )
]


def all_figures() -> dict[tuple, Figure]:
    """By scope, split, group and counter."""
    found: dict[tuple, Figure] = {}
    for scope in SCOPES:
        found |= {(scope, "", "", id): figure for id, figure in queries.count(scope).items()}
        for by in By:
            found |= split(scope, by)
        for division in DIVISIONS:
            found |= split(scope, By.EMPLOYER_ORG, division=division)
    return found


def split(scope: Scope, by: By, **options: int) -> dict[tuple, Figure]:
    groups = queries.count_by(scope, by, **options)
    return {
        (scope, (by, *options.values()), key, id): figure
        for key, figures in groups.items()
        for id, figure in figures.items()
    }
