"""The terms on which people book, every one out of a list."""

from collections.abc import Callable, Iterable
from dataclasses import asdict
from typing import Self

from wtforms import BooleanField, HiddenField, SelectField, StringField
from wtforms.fields.choices import SelectChoice

from portal.coaches import terms
from portal.coaches.terms import HOURS_IN_A_DAY, Terms
from portal.forms import Form
from portal.i18n import lazy_gettext as _l

LENGTHS = (30, 45, 60, 75, 90)
INTRODUCTIONS = (15, 20, 30, 45, 60)
BUFFERS = (0, 5, 10, 15, 30, 45, 60)
NOTICES = (2, 4, 8, 12, 24, 48, 72, 168)
NOTICES_IN_WORKING_DAYS = (1, 2, 3, 5)
CHANGES = (0, 2, 4, 8, 12, 24, 48, 72)
HORIZONS = (1, 2, 3, 4, 6, 8, 10, 13, 26)
PER_DAY = (1, 2, 3, 4, 5, 6, 8)
PER_WEEK = (1, 2, 3, 4, 5, 6, 8, 10, 12, 15, 20, 25)
# How a notice in working days stands in the list beside those in hours.
WORKING = "w"


class TermsForm(Form):
    # Pressing the button with this value says yes to the talks that were shown.
    agreed = StringField()
    seen = HiddenField()
    talk_minutes = SelectField(_l("How long does a talk take?"), coerce=int)
    offers_intro = BooleanField(_l("People can first get to know me in a short talk, online or by phone."))
    intro_minutes = SelectField(_l("How long does an introductory talk take?"), coerce=int)
    buffer_before = SelectField(_l("How much time do you need before a talk?"), coerce=int)
    buffer_after = SelectField(_l("How much time do you need after a talk?"), coerce=int)
    notice_hours = SelectField(_l("How long before must people book?"))
    horizon_weeks = SelectField(_l("How far ahead can people book?"), coerce=int)
    most_per_day = SelectField(_l("How many talks do you want on one day, at the most?"), coerce=int)
    most_per_week = SelectField(_l("How many talks do you want in one week, at the most?"), coerce=int)
    works_on_holidays = BooleanField(_l("People can also book on public holidays."))
    move_notice_hours = SelectField(_l("Until how long before can people move a talk?"), coerce=int)
    cancel_notice_hours = SelectField(_l("Until how long before can people cancel a talk?"), coerce=int)

    @classmethod
    def of(cls, stored: Terms) -> Self:
        """Filled with what is stored, until something else was sent."""
        chosen = {
            "notice_hours": _notice(stored),
            "most_per_day": stored.most_per_day or 0,
            "most_per_week": stored.most_per_week or 0,
            "seen": terms.stamp(stored),
        }
        form = cls(data={**asdict(stored), **chosen})
        form.talk_minutes.choices = _numbers(LENGTHS, stored.talk_minutes, terms.minutes)
        form.intro_minutes.choices = _numbers(INTRODUCTIONS, stored.intro_minutes, terms.minutes)
        form.buffer_before.choices = _numbers(BUFFERS, stored.buffer_before, terms.minutes)
        form.buffer_after.choices = _numbers(BUFFERS, stored.buffer_after, terms.minutes)
        form.notice_hours.choices = _notices(stored)
        form.horizon_weeks.choices = _numbers(HORIZONS, stored.horizon_weeks, terms.weeks)
        form.move_notice_hours.choices = _numbers(CHANGES, stored.move_notice_hours, _change)
        form.cancel_notice_hours.choices = _numbers(CHANGES, stored.cancel_notice_hours, _change)
        form.most_per_day.choices = [*_numbers(PER_DAY, stored.most_per_day, terms.most), _without_limit()]
        form.most_per_week.choices = [*_numbers(PER_WEEK, stored.most_per_week, terms.most), _without_limit()]
        return form

    @property
    def terms(self) -> Terms:
        """What was chosen. A notice in working days leaves as many days in the column that counts hours."""
        number = int(self.notice_hours.data.removeprefix(WORKING))
        in_working_days = self.notice_hours.data.startswith(WORKING)
        return Terms(
            talk_minutes=self.talk_minutes.data,
            intro_minutes=self.intro_minutes.data,
            offers_intro=self.offers_intro.data,
            buffer_before=self.buffer_before.data,
            buffer_after=self.buffer_after.data,
            notice_hours=number * HOURS_IN_A_DAY if in_working_days else number,
            notice_working_days=number if in_working_days else None,
            horizon_weeks=self.horizon_weeks.data,
            move_notice_hours=self.move_notice_hours.data,
            cancel_notice_hours=self.cancel_notice_hours.data,
            most_per_day=self.most_per_day.data or None,
            most_per_week=self.most_per_week.data or None,
            works_on_holidays=self.works_on_holidays.data,
        )

    def stand_on(self, stored: Terms) -> None:
        """From now on the form stands on these stored terms, so that saving again is a choice."""
        self.seen.data = terms.stamp(stored)


def _numbers(offered: Iterable[int], stored: int | None, words: Callable[[int], str]) -> list[SelectChoice]:
    """The usual numbers, and the one that is stored when it is another."""
    return [SelectChoice(number, words(number)) for number in sorted({*offered, *([stored] if stored else [])})]


def _without_limit() -> SelectChoice:
    return SelectChoice(0, terms.most(None))


def _change(number: int) -> str:
    return terms.notice(number, None)


def _notice(stored: Terms) -> str:
    if stored.notice_working_days is not None:
        return f"{WORKING}{stored.notice_working_days}"
    return str(stored.notice_hours)


def _notices(stored: Terms) -> list[SelectChoice]:
    """Hours and working days in one list."""
    in_hours = NOTICES if stored.notice_working_days is not None else {*NOTICES, stored.notice_hours}
    in_days = {*NOTICES_IN_WORKING_DAYS, *([stored.notice_working_days] if stored.notice_working_days else [])}
    return [SelectChoice(str(number), terms.notice(number, None)) for number in sorted(in_hours)] + [
        SelectChoice(f"{WORKING}{number}", terms.notice(0, number)) for number in sorted(in_days)
    ]
