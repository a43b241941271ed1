"""Weekly hours as rows that grow and shrink without scripts, and days away."""

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import date
from functools import partial
from typing import Any, Self

from flask import request
from wtforms import HiddenField, SelectField, StringField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Length, Optional

from portal.availability import hours
from portal.availability.hours import Away, Extra, Window
from portal.forms import DayField, Form
from portal.i18n import N_, gettext
from portal.i18n import lazy_gettext as _l
from portal.schedule import rows
from portal.schedule.rows import DAY_NUMBERS, MOST_PER_DAY, WORKING_DAYS, Row

WEEKDAYS = [
    N_("Monday"),
    N_("Tuesday"),
    N_("Wednesday"),
    N_("Thursday"),
    N_("Friday"),
    N_("Saturday"),
    N_("Sunday"),
]


class KeptDayField(StringField):
    """A day as text, so that it survives the buttons that change rows; shown in a calendar when that can show it."""

    def _value(self) -> str:
        day = rows.day_in(self.data or "")
        return day.isoformat() if day else self.data or ""

    @property
    def kind(self) -> str:
        return "text" if self.data and rows.day_in(self.data) is None else "date"


class WindowForm(Form):
    """One row: from and until, in any notation of a time; and folded away how often, and the first and last day."""

    class Meta(Form.Meta):
        csrf = False

    weekday = HiddenField()
    opens = StringField(_l("from"), [Length(max=20)])
    closes = StringField(_l("until"), [Length(max=20)])
    rhythm = SelectField(_l("How often?"), default=rows.EVERY_WEEK)
    valid_from = KeptDayField(_l("First day"), [Length(max=40)])
    valid_until = KeptDayField(_l("Last day"), [Length(max=40)])

    def __init__(self, *arguments: Any, **values: Any) -> None:
        super().__init__(*arguments, **values)
        offered = rows.rhythms(self.rhythm.data or rows.EVERY_WEEK)
        self.rhythm.choices = [SelectChoice(value, rows.rhythm_in_words(value)) for value in offered]

    def check_rules(self) -> None:
        for field in (self.opens, self.closes):
            if not field.errors and rows.time_in(field.data or "") is None:
                field.errors = [gettext("Fill in a time, for example 9.00 or 19.30.")]
        for field in (self.valid_from, self.valid_until):
            if field.data and not field.errors and rows.day_in(field.data) is None:
                field.errors = [gettext("Fill in a day, for example 6-3-2026.")]

    @property
    def number(self) -> str:
        return self._prefix[1:-1]

    @property
    def is_filled(self) -> bool:
        return bool(self.opens.data or self.closes.data) or not self.row.is_plain

    @property
    def is_unfolded(self) -> bool:
        """How often and from when is said, or wrong."""
        return not self.row.is_plain or any(f.errors for f in (self.rhythm, self.valid_from, self.valid_until))

    @property
    def wrong_times(self) -> list[str]:
        """What is wrong with the two times, which stand in one line."""
        return list(dict.fromkeys([*self.opens.errors, *self.closes.errors]))

    @property
    def row(self) -> Row:
        weekday = str(self.weekday.data)
        return Row(
            int(weekday) if weekday in DAY_NUMBERS else 0,
            self.opens.data or "",
            self.closes.data or "",
            self.rhythm.data or rows.EVERY_WEEK,
            self.valid_from.data or "",
            self.valid_until.data or "",
        )

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
    # Pressing the button with this value says yes to the talks that were shown.
    agreed = StringField()
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

    def _lay_out(self, laid_out: Iterable[Row]) -> None:
        by_day = sorted(laid_out, key=lambda row: row.weekday)
        self.rows = [WindowForm(None, prefix=f"w{n}", data=asdict(row)) for n, row in enumerate(by_day)]

    def reshaped(self) -> bool:
        """Whether a button asked for other rows; then they are there, and nothing was stored."""
        typed = [row.row for row in self.rows]
        if self.add.data:
            self._lay_out(rows.with_one_more(typed, self.add.data))
            self.touched = self.add.data[:1]
        elif self.drop.data:
            self._lay_out(row.row for row in self.rows if row.number != self.drop.data)
            self.touched = next((str(row.row.weekday) for row in self.rows if row.number == self.drop.data), "0")
        elif self.copy.data:
            self._lay_out(rows.copied_over_the_week(typed, self.copy.data))
            self.touched = self.copy.data
        return bool(self.touched)

    def check_rules(self) -> None:
        """Every row alone, and whether those that can be read can stand together."""
        readable = [row for row in self.filled if row.validate()]
        windows = [row.window for row in readable if row.window is not None]
        for place, problem in hours.problems_of_hours(windows).items():
            readable[place].report(problem)

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
                offers=rows.offers(row.row for row in self.rows if row.row.weekday == number),
                can_be_copied=number == first and number in WORKING_DAYS,
            )
            for number, name in enumerate(WEEKDAYS)
        ]

    def stand_on(self, windows: Iterable[Window]) -> None:
        """From now on the form stands on these stored hours, so that saving again is a choice."""
        self.seen.data = hours.stamp(windows)


class ExtraForm(Form):
    # From this day on hours can be added; None when they are taken away.
    today: date | None = None
    # The same.
    agreed = StringField()
    on_day = DayField(_l("Which day?"), [InputRequired(_l("Fill in the day."))])
    opens = StringField(_l("From what time?"), [Length(max=20)])
    closes = StringField(_l("Until what time?"), [Length(max=20)])

    @classmethod
    def adding(cls, today: date) -> Self:
        form = cls()
        form.today = today
        return form

    def check_rules(self) -> None:
        opens, closes = rows.time_in(self.opens.data or ""), rows.time_in(self.closes.data or "")
        for field, read in ((self.opens, opens), (self.closes, closes)):
            if read is None and not field.errors:
                field.errors = [gettext("Fill in a time, for example 9.00 or 19.30.")]
        if opens is not None and closes is not None:
            self.obey(lambda *_: hours.check_order(opens, closes), self.opens, self.closes)
        if self.today:
            self.obey(partial(hours.check_extra_day, today=self.today), self.on_day)

    @property
    def extra(self) -> Extra:
        """The hours that were filled in; to be asked of a valid form."""
        opens, closes = rows.time_in(self.opens.data or ""), rows.time_in(self.closes.data or "")
        if opens is None or closes is None:
            raise ValueError("an invalid form has no hours")
        return Extra(self.on_day.data, opens, closes)


class AbsenceForm(Form):
    # The same.
    agreed = StringField()
    from_on = DayField(_l("First day"), [InputRequired(_l("Fill in the first day."))])
    until_on = DayField(_l("Last day"), [Optional()])

    @property
    def away(self) -> Away:
        """One day when only the first is filled in."""
        return Away(self.from_on.data, self.until_on.data or self.from_on.data)


def chosen_per_talk() -> dict[str, str]:
    """What a coach chose for each talk on a day away, by the talk's public id."""
    return {name.removeprefix("talk-"): value for name, value in request.form.items() if name.startswith("talk-")}
