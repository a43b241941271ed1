"""Weekly hours as rows that grow and shrink without scripts, and days away."""

from collections.abc import Iterable
from dataclasses import asdict, dataclass, replace
from datetime import time
from typing import Any, Self

from wtforms import HiddenField, StringField
from wtforms.validators import InputRequired, Length, Optional

from portal.availability import hours
from portal.availability.hours import Away, Window
from portal.i18n import N_, gettext, read_time, wall_time
from portal.i18n import lazy_gettext as _l
from portal.web import DayField, Form

WEEKDAYS = [
    N_("Monday"),
    N_("Tuesday"),
    N_("Wednesday"),
    N_("Thursday"),
    N_("Friday"),
    N_("Saturday"),
    N_("Sunday"),
]
DAY_NUMBERS = set("0123456")
WORKING_DAYS = range(5)
MOST_PER_DAY = 6
# What one tap fills in: the name of the button, and the hours.
USUAL = {
    "morning": (N_("Morning"), time(9), time(12)),
    "afternoon": (N_("Afternoon"), time(13), time(17)),
    "evening": (N_("Evening"), time(19), time(21)),
}


@dataclass(frozen=True)
class Row:
    """One window as it was typed."""

    weekday: int
    opens: str = ""
    closes: str = ""

    @classmethod
    def of(cls, window: Window) -> Self:
        closes = end_of_day() if window.closes_at_midnight else wall_time(window.closes)
        return cls(window.weekday, wall_time(window.opens), closes)

    @property
    def window(self) -> Window | None:
        """These hours; None while one of the times cannot be read."""
        opens, closes = _time(self.opens), _time(self.closes)
        return None if opens is None or closes is None else Window(self.weekday, opens, closes)


def end_of_day() -> str:
    """Midnight as a closing time: '24.00' in Dutch and '24:00' in English."""
    return wall_time(time(23)).replace("23", "24")


class WindowForm(Form):
    """One row: from and until, in any notation of a time."""

    class Meta(Form.Meta):
        csrf = False

    weekday = HiddenField()
    opens = StringField(_l("from"), [Length(max=20)])
    closes = StringField(_l("until"), [Length(max=20)])

    def validate(self, extra_validators: Any = None) -> bool:
        if super().validate(extra_validators):
            for field in (self.opens, self.closes):
                if _time(field.data or "") is None:
                    field.errors = [gettext("Fill in a time, for example 9.00 or 19.30.")]
        return not self.summary

    @property
    def number(self) -> str:
        return self._prefix[1:-1]

    @property
    def is_filled(self) -> bool:
        return bool(self.opens.data or self.closes.data)

    @property
    def row(self) -> Row:
        weekday = str(self.weekday.data)
        day = int(weekday) if weekday in DAY_NUMBERS else 0
        return Row(day, self.opens.data or "", self.closes.data or "")

    @property
    def window(self) -> Window | None:
        return self.row.window


@dataclass(frozen=True)
class Day:
    """A weekday on the page: its rows, the buttons that add one (value, text), and whether others can copy it."""

    number: int
    name: str
    rows: list[WindowForm]
    offers: list[tuple[str, str]]
    can_be_copied: bool

    @property
    def is_waiting(self) -> bool:
        """There is an empty row to fill in."""
        return not all(row.is_filled for row in self.rows)


class HoursForm(Form):
    """All rows of a week. `add`, `drop` and `copy` are buttons that change the rows and store nothing."""

    # The weekday of which a button was pressed: the reader goes on there.
    touched = ""
    seen = HiddenField()
    add = StringField()
    drop = StringField()  # Not "remove": that would hide the method of the form that htmx needs.
    copy = StringField()

    def __init__(self, windows: Iterable[Window]) -> None:
        windows = list(windows)
        self.rows: list[WindowForm] = []
        super().__init__(data={"seen": hours.stamp(windows)})
        if not self.is_submitted():
            self._lay_out(map(Row.of, windows))

    def process(self, formdata: Any = None, *arguments: Any, **values: Any) -> None:
        super().process(formdata, *arguments, **values)
        sent = self.meta.wrap_formdata(self, formdata)
        numbers = dict.fromkeys(sent.getlist("row")) if sent else {}
        known = [n for n in numbers if n.isdecimal() and len(n) < 4]
        self.rows = [WindowForm(sent, prefix=f"w{n}") for n in known[: MOST_PER_DAY * len(WEEKDAYS)]]

    def _lay_out(self, rows: Iterable[Row]) -> None:
        by_day = sorted(rows, key=lambda row: row.weekday)
        self.rows = [WindowForm(None, prefix=f"w{n}", data=asdict(row)) for n, row in enumerate(by_day)]

    def reshaped(self) -> bool:
        """Whether a button asked for other rows; then they are there, and nothing was stored."""
        rows = [row.row for row in self.rows]
        if self.add.data:
            self._lay_out(with_one_more(rows, self.add.data))
            self.touched = self.add.data[:1]
        elif self.drop.data:
            self._lay_out(row.row for row in self.rows if row.number != self.drop.data)
            self.touched = next((str(row.row.weekday) for row in self.rows if row.number == self.drop.data), "0")
        elif self.copy.data:
            self._lay_out(copied_over_the_week(rows, self.copy.data))
            self.touched = self.copy.data
        return bool(self.touched)

    def validate(self, extra_validators: Any = None) -> bool:
        """Every row alone first; when all can be read, whether they can stand together."""
        if super().validate(extra_validators) and all([row.validate() for row in self.filled]):
            for place, problem in hours.problems_of_hours(self.windows).items():
                self.filled[place].report(problem)
        return not self.summary

    @property
    def summary(self) -> list[tuple[str, str]]:
        """Every problem with its day, because the same can be wrong on more days."""
        of_rows = [(row, problem) for row in self.rows for problem in row.summary]
        return super().summary + [
            (field, f"{gettext(WEEKDAYS[row.row.weekday])}: {message}") for row, (field, message) in of_rows
        ]

    @property
    def filled(self) -> list[WindowForm]:
        """The rows with something in them; an empty row is as good as none."""
        return [row for row in self.rows if row.is_filled]

    @property
    def windows(self) -> list[Window]:
        return [row.window for row in self.filled if row.window is not None]

    @property
    def days(self) -> list[Day]:
        first = min((row.row.weekday for row in self.filled), default=None)
        return [
            Day(
                number=number,
                name=name,
                rows=[row for row in self.rows if row.row.weekday == number],
                offers=offers([row.row for row in self.rows if row.row.weekday == number]),
                can_be_copied=number == first and number in WORKING_DAYS,
            )
            for number, name in enumerate(WEEKDAYS)
        ]

    def stand_on(self, windows: Iterable[Window]) -> None:
        """From now on the form stands on these stored hours, so that saving again is a choice."""
        self.seen.data = hours.stamp(windows)


def with_one_more(rows: list[Row], asked: str) -> list[Row]:
    """`asked` is '3-evening' for Thursday evening, or '3-other' for a row to fill in."""
    weekday, _, part = asked.partition("-")
    if weekday not in DAY_NUMBERS or sum(row.weekday == int(weekday) for row in rows) >= MOST_PER_DAY:
        return rows
    usual = USUAL.get(part)
    hours = Row.of(Window(int(weekday), *usual[1:])) if usual else Row(int(weekday))
    return [*rows, hours]


def copied_over_the_week(rows: list[Row], asked: str) -> list[Row]:
    """The rows of this day on every working day, instead of what stood there."""
    copied = [row for row in rows if str(row.weekday) == asked]
    weekend = [row for row in rows if row.weekday not in WORKING_DAYS]
    return [replace(row, weekday=day) for day in WORKING_DAYS for row in copied] + weekend if copied else rows


def offers(rows: list[Row]) -> list[tuple[str, str]]:
    """What one tap can add to a day that has these rows: only what does not overlap with them."""
    if len(rows) >= MOST_PER_DAY:
        return []
    kept = [window for row in rows if (window := replace(row, weekday=0).window) is not None]
    fitting = [
        (part, name)
        for part, (name, opens, closes) in USUAL.items()
        if len(kept) not in hours.problems_of_hours([*kept, Window(0, opens, closes)])
    ]
    return [*fitting, ("other", N_("Another time"))]


class AbsenceForm(Form):
    from_on = DayField(_l("First day"), [InputRequired(_l("Fill in the first day."))])
    until_on = DayField(_l("Last day"), [Optional()])

    @property
    def away(self) -> Away:
        """One day when only the first is filled in."""
        return Away(self.from_on.data, self.until_on.data or self.from_on.data)


def _time(text: str) -> time | None:
    try:
        return read_time(text)
    except ValueError:
        return None
