"""Hours as rows of text: what was typed is kept, whether or not it can be read, while rows come and go."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, time
from typing import Self

from portal.availability import hours
from portal.availability.hours import MOST_WEEKS, Weeks, Window
from portal.i18n import N_, closing_time, gettext, read_day, read_time, short_day, uncapital, wall_time

DAY_NUMBERS = set("0123456")
WORKING_DAYS = range(5)
MOST_PER_DAY = 6
# What one tap fills in: the name of the button, and the hours.
USUAL = {
    "morning": (N_("Morning"), time(9), time(12)),
    "afternoon": (N_("Afternoon"), time(13), time(17)),
    "evening": (N_("Evening"), time(19), time(21)),
}
# How often hours come back: in all, odd or even weeks, or once in so many.
EVERY_WEEK = Weeks.ALL.value
TURNS = (2, 3, 4, 6, 8)


@dataclass(frozen=True)
class Row:
    """One window as it was typed; `rhythm` is one of Weeks or a number of weeks."""

    weekday: int
    opens: str = ""
    closes: str = ""
    rhythm: str = EVERY_WEEK
    valid_from: str = ""
    valid_until: str = ""

    @classmethod
    def of(cls, window: Window) -> Self:
        return cls(
            window.weekday,
            wall_time(window.opens),
            closing_time(window.closes),
            window.weeks.value if window.every == 1 else str(window.every),
            window.valid_from.isoformat() if window.valid_from else "",
            window.valid_until.isoformat() if window.valid_until else "",
        )

    @property
    def window(self) -> Window | None:
        """These hours; None while a time or a day cannot be read."""
        opens, closes = time_in(self.opens), time_in(self.closes)
        first, last = day_in(self.valid_from), day_in(self.valid_until)
        is_readable = bool(first or not self.valid_from) and bool(last or not self.valid_until)
        if opens is None or closes is None or not is_readable:
            return None
        weeks = Weeks(self.rhythm) if self.rhythm in set(Weeks) else Weeks.ALL
        every = int(self.rhythm) if is_turn(self.rhythm) else 1
        return Window(self.weekday, opens, closes, first, last, weeks, every)

    @property
    def is_plain(self) -> bool:
        """Every week, always."""
        return self.rhythm == EVERY_WEEK and not self.valid_from and not self.valid_until

    @property
    def when(self) -> str:
        """'oneven weken, vanaf 3 maart 2026'; nothing when it is every week, always."""
        first, last = day_in(self.valid_from), day_in(self.valid_until)
        told = [
            uncapital(rhythm_in_words(self.rhythm)) if self.rhythm != EVERY_WEEK else "",
            gettext("from %(day)s", day=short_day(first)) if first else "",
            gettext("until and including %(day)s", day=short_day(last)) if last else "",
        ]
        return ", ".join(filter(None, told))


def rhythm_in_words(rhythm: str) -> str:
    if is_turn(rhythm):
        return gettext("Every %(num)s weeks", num=int(rhythm))
    return gettext(Weeks(rhythm).label)


def rhythms(chosen: str) -> list[str]:
    """What a list offers: the usual ones, and the one that is chosen already."""
    turns = sorted({*TURNS, *([int(chosen)] if is_turn(chosen) else [])})
    return [*(weeks.value for weeks in Weeks), *map(str, turns)]


def is_turn(rhythm: str) -> bool:
    """Whether this says that hours come back once in so many weeks."""
    return rhythm.isascii() and rhythm.isdecimal() and len(rhythm) < 3 and 1 < int(rhythm) <= MOST_WEEKS


def time_in(text: str) -> time | None:
    try:
        return read_time(text)
    except ValueError:
        return None


def day_in(text: str) -> date | None:
    try:
        return read_day(text)
    except ValueError:
        return None


# -- what the buttons do


def with_one_more(rows: list[Row], asked: str) -> list[Row]:
    """`asked` is '3-evening' for Thursday evening, or '3-other' for a row to fill in."""
    weekday, _, part = asked.partition("-")
    if weekday not in DAY_NUMBERS or sum(row.weekday == int(weekday) for row in rows) >= MOST_PER_DAY:
        return rows
    usual = USUAL.get(part)
    return [*rows, Row.of(Window(int(weekday), *usual[1:])) if usual else Row(int(weekday))]


def copied_over_the_week(rows: list[Row], asked: str) -> list[Row]:
    """The rows of this day on every working day, instead of what stood there."""
    copied = [row for row in rows if str(row.weekday) == asked]
    weekend = [row for row in rows if row.weekday not in WORKING_DAYS]
    return [replace(row, weekday=day) for day in WORKING_DAYS for row in copied] + weekend if copied else rows


def offers(rows: Iterable[Row]) -> list[tuple[str, str]]:
    """What one tap can add to a day that has these rows: only what does not overlap with them."""
    rows = list(rows)
    if len(rows) >= MOST_PER_DAY:
        return []
    kept = [window for row in rows if (window := replace(row, weekday=0).window) is not None]
    fitting = [
        (part, name)
        for part, (name, opens, closes) in USUAL.items()
        if len(kept) not in hours.problems_of_hours([*kept, Window(0, opens, closes)])
    ]
    return [*fitting, ("other", N_("Another time"))]
