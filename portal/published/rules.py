"""What a published figure says, and how exactly it said so."""

import re
from dataclasses import dataclass
from datetime import date

from portal.counting.catalogue import DEFINITIONS, definition_of
from portal.counting.definitions import MEDIAN_HOURS
from portal.counting.figures import Share
from portal.counting.periods import Period
from portal.errors import DomainError
from portal.i18n import N_, gettext, number
from portal.programmes.codes import LabelledCode, ProgrammeCode

NUMBER = re.compile(r"(-?[0-9]{1,9}(?:\.[0-9]{1,6})?)(%?)")


class Qualifier(LabelledCode):
    """How exact a figure was when it was published: 'almost 700' is not 700 (jaaroverzicht 2020; monitor)."""

    EXACT = "exact", N_("exactly")
    RUIM = "ruim", N_("just over")
    BIJNA = "bijna", N_("almost")
    CIRCA = "circa", N_("about")


class UnknownCounter(DomainError):
    field = "counter"
    message = N_("There is no counter with this id.")


class NotAFigure(DomainError):
    field = "value"
    message = N_("This is not a figure. Write 211, 8.1 or, for a share, 0.88 or 88%%.")


class NotACount(DomainError):
    field = "value"
    message = N_("This counter counts: fill in a whole number of 0 or more.")


class NotAShare(DomainError):
    field = "value"
    message = N_("This counter is a share. Write it as 0.88 or as 88%%.")


@dataclass(frozen=True)
class Published:
    """A figure as it was published: the value as a count, a mean, or a share as a fraction (0.88)."""

    counter: str
    programme: ProgrammeCode
    period: Period
    reference_date: date | None
    value: float
    qualifier: Qualifier
    source: str

    @property
    def about(self) -> tuple[object, ...]:
        """What it is a figure of, and by whom: the same source may give two values for it."""
        period = self.period
        return self.counter, self.programme, period.first_day, period.last_day, self.reference_date, self.source

    @property
    def said(self) -> tuple[object, ...]:
        return (*self.about, self.value, self.qualifier)


def check_counter(id: str) -> str:
    """The id of a counter or of a part ('T15.ill'); raises UnknownCounter."""
    if id.partition(".")[0] not in DEFINITIONS:
        raise UnknownCounter
    return id


def figure_in(text: str, *, counter: str) -> float:
    """'211', '8.1', '0.88' and '88%' as a number, a share as a fraction; raises what is wrong with it.

    A share above 1 without a sign is a percentage: nobody publishes one of more than a whole. Only where the whole is
    what others report (C01), such a number is that whole: '3545' are the referrals by contact points.
    """
    found = NUMBER.fullmatch(text)
    if found is None:
        raise NotAFigure
    value, percent = float(found[1]), bool(found[2])
    if value > 1 and not percent and definition_of(counter).whole_is_reported:
        if not value.is_integer():
            raise NotACount
    elif is_share(counter):
        value = value / 100 if percent or abs(value) > 1 else value
        if not -1 <= value <= 1:
            raise NotAShare
    elif percent:
        raise NotAFigure
    elif is_count(counter) and (value < 0 or not value.is_integer()):
        raise NotACount
    return value


def in_words(value: float, qualifier: Qualifier, *, counter: str) -> str:
    """'bijna 700' for what was almost 700; a share as a percentage, unless it is the whole of one."""
    percents = is_share(counter) and abs(value) <= 1
    text = f"{number(round(100 * value, 1))}%" if percents else number(int(value) if value.is_integer() else value)
    return text if qualifier == Qualifier.EXACT else f"{gettext(qualifier.label)} {text}"


def is_share(counter: str) -> bool:
    definition = definition_of(counter)
    made = isinstance(definition.made, type) and issubclass(definition.made, Share)
    return definition.among is not None and made and not counter.endswith(MEDIAN_HOURS)


def is_count(counter: str) -> bool:
    return definition_of(counter).among is None
