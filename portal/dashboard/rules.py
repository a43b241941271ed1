"""How long people wait, in which order things stand, and when the mail about a quarter goes out."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from dateutil.relativedelta import relativedelta

from portal.clock import local
from portal.counting.periods import quarter_code
from portal.programmes.calendar import is_working_day

DAY = timedelta(days=1)
# Nobody who is at work gets it at night; a worker that stood still makes up for it on the next working days.
FROM, UNTIL = time(8), time(18)
DAYS_TO_MAKE_UP = 5


@dataclass(frozen=True)
class Ranked:
    """Something with its place: what is of the same length has the same place."""

    place: int
    name: str
    size: float
    words: str


def ranked(rows: Sequence[tuple[str, float, str]]) -> list[Ranked]:
    """Rows of (name, length, words), the longest first, with their places: 1, 2, 2, 4."""
    sizes = [size for _, size, _ in rows]
    return [Ranked(1 + sizes.index(size), name, size, words) for name, size, words in rows]


def quarter_to_mail(now: datetime) -> str | None:
    """The code of the quarter that is over, at the hours at which people may be mailed about it; else None.

    From the first working day after it, between eight and six in the Netherlands.
    """
    here = local(now)
    today = here.date()
    first = today.replace(month=3 * ((today.month - 1) // 3) + 1, day=1)
    if not FROM <= here.time() < UNTIL or today not in _working_days(first, DAYS_TO_MAKE_UP):
        return None
    return quarter_code(first - relativedelta(months=1))


def _working_days(first: date, number: int) -> list[date]:
    """So many working days from this day on."""
    days = (first + DAY * passed for passed in range(7 * number))
    return [day for day in days if is_working_day(day)][:number]
