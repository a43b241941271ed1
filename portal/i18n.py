"""Languages and Dutch formats: English message ids, a complete Dutch catalogue (the default) and an English one."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime, time

from babel.dates import format_date as babel_date
from babel.numbers import format_decimal
from flask import Flask, has_request_context, request
from flask_babel import Babel, force_locale, get_locale
from flask_babel import gettext as gettext
from flask_babel import lazy_gettext as lazy_gettext
from flask_babel import ngettext as ngettext
from markupsafe import Markup, escape

from portal import clock

LANGUAGES = {"nl": "Nederlands", "en": "English"}
DEFAULT = "nl"
COOKIE = "taal"
YEAR_OF_SECONDS = 365 * 24 * 3600


def N_(message: str) -> str:
    """Mark a sentence for translation now, translate it where it is shown."""
    return message


def install(app: Flask) -> None:
    app.config.update(BABEL_TRANSLATION_DIRECTORIES=f"{app.root_path}/../translations", BABEL_DEFAULT_LOCALE=DEFAULT)
    Babel(app, locale_selector=chosen_language)
    app.jinja_env.filters.update(
        moment=moment,
        near_moment=near_moment,
        day=day,
        near_day=near_day,
        short_day=short_day,
        clock=clock_time,
        wall_time=wall_time,
        number=number,
        share=share,
    )
    app.jinja_env.globals.update(language=language, LANGUAGES=LANGUAGES, _h=markup_gettext)


def chosen_language() -> str:
    """What this person chose: kept in a cookie that says nothing else."""
    chosen = request.cookies.get(COOKIE, DEFAULT) if has_request_context() else DEFAULT
    return chosen if chosen in LANGUAGES else DEFAULT


def language() -> str:
    return str(get_locale() or DEFAULT)


@contextmanager
def speaking(code: str) -> Iterator[None]:
    """Write in the language of the person who will read it, such as in a mail."""
    with force_locale(code):
        yield


def markup_gettext(message: str, **values: object) -> Markup:
    """A translated sentence that holds markup; the values are escaped, the sentence is ours."""
    return Markup(gettext(message)) % {name: escape(value) for name, value in values.items()}


def day(value: date | datetime) -> str:
    """'donderdag 6 maart 2025'; instants are read on a Dutch clock."""
    return babel_date(_local_date(value), "EEEE d MMMM y", locale=language())


def near_day(value: date | datetime) -> str:
    """'donderdag 6 maart', where the year goes without saying."""
    return babel_date(_local_date(value), "EEEE d MMMM", locale=language())


def short_day(value: date | datetime) -> str:
    """'6 maart 2025', for lists."""
    return babel_date(_local_date(value), "d MMMM y", locale=language())


def clock_time(value: datetime) -> str:
    """'19.30' in Dutch and '19:30' in English, on a Dutch clock."""
    return wall_time(clock.local(value).time())


def wall_time(value: time) -> str:
    return f"{value.hour}.{value:%M}" if language() == "nl" else f"{value:%H:%M}"


def moment(value: datetime) -> str:
    """'donderdag 6 maart 2025 om 19.30 uur'."""
    return gettext("%(day)s at %(time)s", day=day(value), time=clock_time(value))


def near_moment(value: datetime) -> str:
    """'donderdag 6 maart om 19.30 uur'."""
    return gettext("%(day)s at %(time)s", day=near_day(value), time=clock_time(value))


def number(value: float | int) -> str:
    """'43.835' and '7,3'."""
    return format_decimal(value, locale=language())


def share(value: float) -> str:
    """A fraction as '88,0%', without a space as Dutch wants it."""
    return format_decimal(value * 100, format="#,##0.0", locale=language()) + "%"


def _local_date(value: date | datetime) -> date:
    return clock.local_day(value) if isinstance(value, datetime) else value
