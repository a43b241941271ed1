"""Languages and Dutch formats: English message ids, a complete Dutch catalogue (the default) and an English one."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime, time
from functools import cache, lru_cache
from pathlib import Path

from babel.dates import format_date as babel_date
from babel.dates import get_month_names
from babel.numbers import format_decimal
from babel.support import NullTranslations, Translations
from flask import Flask, has_request_context, request
from flask_babel import Babel, force_locale, get_locale
from flask_babel.speaklater import LazyString
from jinja2 import Environment
from markupsafe import Markup, escape

from portal import clock

LANGUAGES = {"nl": "Nederlands", "en": "English"}
DEFAULT = "nl"
COOKIE = "taal"
CATALOGUES = Path(__file__).parent.parent / "translations"
DAY_FIRST = re.compile(
    r"(?:[^\W\d_]+\.?,? +)?(?P<day>\d{1,2})[-/. ]+(?P<month>\d{1,2}|[^\W\d_]+)\.?[-/. ]+(?P<year>\d{4}|\d{2})",
    re.ASCII,
)
YEAR_FIRST = re.compile(r"(?P<year>\d{4})[-/.]?(?P<month>\d{2})[-/.]?(?P<day>\d{2})", re.ASCII)
CLOCK = re.compile(
    r"(?P<hour>\d{1,2})(?:(?:[:.,uh]| u\.? ?)?(?P<minute>\d{2})?(?::00)?)?(?: ?(?:uur|u|h)\.?)?", re.ASCII
)
YEAR_OF_SECONDS = 365 * 24 * 3600


def N_(message: str) -> str:
    """Mark a sentence for translation now, translate it where it is shown."""
    return message


def install(app: Flask) -> None:
    Babel(app, default_locale=DEFAULT, locale_selector=chosen_language, configure_jinja=False)
    translate_in(app.jinja_env)
    app.jinja_env.filters.update(FILTERS)
    app.jinja_env.globals.update(language=language, LANGUAGES=LANGUAGES, _h=markup_gettext)


def translate_in(environment: Environment) -> None:
    """Let these templates translate; they fill in the values themselves, and escape them."""
    environment.add_extension("jinja2.ext.i18n")
    environment.install_gettext_callables(  # type: ignore[attr-defined]
        gettext, lambda one, many, number: _catalogue().ngettext(one, many, number), newstyle=True
    )


# A page holds hundreds of sentences: Flask-Babel tells the language, and looks up four more things for each of them.


def gettext(message: str, **values: object) -> str:
    """The sentence in the language of whoever reads it; without anybody who reads, as it stands in the code."""
    sentence: str = _catalogue().gettext(message)
    return sentence % values if values else sentence


def ngettext(one: str, many: str, num: int, **values: object) -> str:
    """The sentence about so many; the number itself is %(num)s in it."""
    sentence: str = _catalogue().ngettext(one, many, num)
    return sentence % {"num": num, **values}


def lazy_gettext(message: str, **values: object) -> LazyString:
    """The same for what is said once, when the program starts, and read by many."""
    return LazyString(gettext, message, **values)


def _catalogue() -> NullTranslations:
    locale = get_locale()
    return _read(locale.language) if locale else NullTranslations()


@cache
def _read(language_code: str) -> NullTranslations:
    return Translations.load(CATALOGUES, [language_code])


def chosen_language() -> str:
    """What this person chose: kept in a cookie that says nothing else."""
    chosen = request.cookies.get(COOKIE, DEFAULT) if has_request_context() else DEFAULT
    return chosen if chosen in LANGUAGES else DEFAULT


def language() -> str:
    locale = get_locale()
    return str(locale.language) if locale else DEFAULT


@contextmanager
def speaking(code: str) -> Iterator[None]:
    """Write in the language of the person who will read it, such as in a mail."""
    with force_locale(code):
        yield


def markup_gettext(message: str, **values: object) -> Markup:
    """A translated sentence that holds markup; the values are escaped, the sentence is ours."""
    sentence = Markup(gettext(message))  # noqa: S704  (out of our own catalogue)
    return sentence % {name: escape(value) for name, value in values.items()}


@lru_cache(maxsize=4096)
def _date(day: date, pattern: str, language_code: str) -> str:
    return babel_date(day, pattern, locale=language_code)


def day(value: date | datetime) -> str:
    """'donderdag 6 maart 2025'; instants are read on a Dutch clock."""
    return _date(_local_date(value), "EEEE d MMMM y", language())


def near_day(value: date | datetime) -> str:
    """'donderdag 6 maart', where the year goes without saying."""
    return _date(_local_date(value), "EEEE d MMMM", language())


def short_day(value: date | datetime) -> str:
    """'6 maart 2025', for lists."""
    return _date(_local_date(value), "d MMMM y", language())


def brief_day(value: date | datetime) -> str:
    """'do 6 maart', where there is little room."""
    return _date(_local_date(value), "EEE d MMMM", language())


def month_name(value: date) -> str:
    """'maart 2025'."""
    return _date(value, "MMMM y", language())


def capital(text: str) -> str:
    """For a date at the beginning of a line: 'Donderdag 6 maart 2025'."""
    return text[:1].upper() + text[1:]


def uncapital(text: str) -> str:
    """For a label in the middle of a sentence."""
    return text[:1].lower() + text[1:]


def clock_time(value: datetime) -> str:
    """'19.30' in Dutch and '19:30' in English, on a Dutch clock."""
    return wall_time(clock.local(value).time())


def wall_time(value: time) -> str:
    return f"{value.hour}.{value:%M}" if language() == "nl" else f"{value:%H:%M}"


def closing_time(value: time) -> str:
    """The same for when something closes: midnight is '24.00' and '24:00'."""
    return wall_time(time(23)).replace("23", "24") if value == time(0) else wall_time(value)


def moment(value: datetime) -> str:
    """'donderdag 6 maart 2025 om 19.30 uur'."""
    return gettext("%(day)s at %(time)s", day=day(value), time=clock_time(value))


def near_moment(value: datetime) -> str:
    """'donderdag 6 maart om 19.30 uur'."""
    return gettext("%(day)s at %(time)s", day=near_day(value), time=clock_time(value))


@lru_cache(maxsize=4096)
def _number(value: float | int, pattern: str | None, language_code: str) -> str:
    return format_decimal(value, format=pattern, locale=language_code)


def number(value: float | int) -> str:
    """'43.835' and '7,3'."""
    return _number(value, None, language())


def share(value: float) -> str:
    """A fraction as '88,0%', without a space as Dutch wants it."""
    return _number(value * 100, "#,##0.0", language()) + "%"


def grade(value: float) -> str:
    """'7,9', always with one decimal."""
    return _number(value, "0.0", language())


def balance(value: float) -> str:
    """A recommendation score in whole points with its sign: '+12', '-8', and '0'."""
    points = round(value)
    return f"{points:+d}" if points else "0"


def read_day(text: str) -> date:
    """The day in '6-3-2026', '06/03/26', '2026-03-06', '6 maart 2026', 'vr 6 mrt. 2026'; raises ValueError."""
    found = YEAR_FIRST.fullmatch(text.strip()) or DAY_FIRST.fullmatch(text.strip())
    if found is None:
        raise ValueError(f"not a day: {text!r}")
    year = int(found["year"]) + (2000 if len(found["year"]) == 2 else 0)
    if not 1900 <= year < 2200:
        raise ValueError(f"not a year of ours: {year}")
    return date(year, _month(found["month"]), int(found["day"]))


def _month(text: str) -> int:
    """A number, or the beginning of a name in one of our languages: at least three letters, and mrt for maart."""
    if text.isdecimal():
        return int(text)
    start = text.casefold().replace("mrt", "maa")
    for language_code in LANGUAGES:
        for number, name in get_month_names("wide", locale=language_code).items():
            if len(start) > 2 and name.casefold().startswith(start):
                return number
    raise ValueError(f"not a month: {text!r}")


def read_time(text: str) -> time:
    """The time in '9', '9:00', '9.00', '0900', '930', '19u30', '19.30 uur'; 24:00 is midnight. Raises ValueError."""
    found = CLOCK.fullmatch(text.strip().casefold())
    if found is None:
        raise ValueError(f"not a time: {text!r}")
    hour, minute = int(found["hour"]), int(found["minute"] or 0)
    return time(0) if (hour, minute) == (24, 0) else time(hour, minute)


def _local_date(value: date | datetime) -> date:
    return clock.local_day(value) if isinstance(value, datetime) else value


# How templates of pages and mails write dates, times and numbers.
FILTERS = {
    "moment": moment,
    "near_moment": near_moment,
    "day": day,
    "near_day": near_day,
    "short_day": short_day,
    "brief_day": brief_day,
    "clock": clock_time,
    "wall_time": wall_time,
    "closing_time": closing_time,
    "month_name": month_name,
    "capital": capital,
    "uncapital": uncapital,
    "number": number,
    "share": share,
}
