"""What figures, tables, rows and periods of a report are called, in the language of whoever reads it."""

from collections.abc import Mapping

from portal.counting.catalogue import DEFINITIONS, PART_LABELS
from portal.counting.periods import Period, fixed_period
from portal.i18n import N_, gettext, month_name, short_day
from portal.programmes.codes import BRANCH_GROUPINGS, Branch, DestinationClass, Origin, Outcome, Theme, labels
from portal.yearly.rules import CHOSEN

TITLES: Mapping[str, str] = {
    "region": N_("By region"),
    "employer_org": N_("By employer organisation"),
    "month": N_("By month"),
    "theme": N_("By topic"),
    "origin": N_("How people found us"),
    "destination": N_("By kind of help"),
    "outcome": N_("What people are going to do"),
}
ROWS: Mapping[str, Mapping[str, str]] = {
    "theme": labels(Theme),
    "origin": labels(Origin),
    "destination": labels(DestinationClass),
    "outcome": labels(Outcome),
    **dict.fromkeys(BRANCH_GROUPINGS, labels(Branch)),
}


def name_of(id: str) -> str:
    """'Supported', or of a part what it is: 'Ill' for T15.ill. Marked, to be translated where it is shown."""
    if id == CHOSEN:
        return N_("People")
    counter, _, part = id.partition(".")
    return PART_LABELS.get(part, part) if part else DEFINITIONS[counter].name


def table_title(table: str) -> str:
    """'Per regio'; of a published list of branches with its name."""
    return gettext(TITLES[table]) if table in TITLES else gettext("By branch (%(list)s)", list=table)


def row_name(table: str, key: str, stored: str) -> str:
    """The name that was stored with it (of a region or an organisation), else what its code means."""
    if stored:
        return stored
    if not key:
        return gettext("No region") if table in ("region", "employer_org") else gettext("Other or unknown")
    return month_name(fixed_period(key).first_day) if table == "month" else gettext(ROWS[table][key])


def period_words(period: Period) -> str:
    """'2025', or where a year of the programme is another one: '2020 (15 april 2020 tot en met 5 januari 2021)'."""
    year = str(period.first_day.year)
    if period == fixed_period(year):
        return year
    first, last = short_day(period.first_day), short_day(period.last_day)
    return gettext("%(year)s (%(first)s up to and including %(last)s)", year=year, first=first, last=last)
