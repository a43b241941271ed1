"""What can be asked for as a file, who may, and how long it is kept."""

import re
import unicodedata
from datetime import timedelta

from portal.access import Role
from portal.errors import DomainError, NotFound
from portal.i18n import N_
from portal.programmes.codes import LabelledCode

KEPT = timedelta(hours=24)
SHORTEST_REASON, LONGEST_REASON = 10, 500


class Subject(LabelledCode):
    """What a file is about. A list of people is exact, figures are protected."""

    ENROLMENTS = "enrolments", N_("List of sign-ups of the region, with names")
    REGION_FIGURES = "region_figures", N_("Figures of the region, rounded")
    NATIONAL_FIGURES = "national_figures", N_("National figures, rounded")
    REPORT = "report", N_("Locked report")


FIGURES = frozenset({Subject.REGION_FIGURES, Subject.NATIONAL_FIGURES})


class Form(LabelledCode):
    XLSX = "xlsx", N_("Excel workbook")
    CSV = "csv", N_("CSV with semicolons")
    JSON = "json", N_("JSON, for programs")


class State(LabelledCode):
    ASKED = "asked", N_("Being made")
    READY = "ready", N_("Ready")
    FAILED = "failed", N_("Could not be made")
    WIPED = "wiped", N_("Wiped")


FOR_ROLE = {
    Role.REGION_ADMIN: (Subject.ENROLMENTS, Subject.REGION_FIGURES),
    Role.NATIONAL: (Subject.NATIONAL_FIGURES, Subject.REPORT),
}


class ReasonTooShort(DomainError):
    field = "reason"
    message = N_("Say in a sentence what you need this file for.")


class NoSuchYear(DomainError):
    field = "year"
    message = N_("This programme was not there yet in that year. Choose another year.")


class NotOffered(NotFound):
    """Not for this role, or not for this region."""


def plain(name: str) -> str:
    """A name as part of the name of a file: 'Noord- en Midden-Limburg' is 'noord-en-midden-limburg'."""
    bare = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "-", bare).strip("-")


def subjects_for(roles: frozenset[Role]) -> list[Subject]:
    """What people with these roles may ask for."""
    return [subject for role, subjects in FOR_ROLE.items() if role in roles for subject in subjects]


def to_choose_from(roles: frozenset[Role]) -> list[Subject]:
    """Of these what stands in the list to choose from; a report is asked for on a page of its own."""
    return [subject for subject in subjects_for(roles) if subject != Subject.REPORT]


def check_reason(reason: str) -> None:
    if len(reason.strip()) < SHORTEST_REASON:
        raise ReasonTooShort
