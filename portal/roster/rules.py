"""Which numbers of coaches there are, and what each of them means."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from portal.counting.catalogue import DEFINITIONS
from portal.counting.work import WORK
from portal.programmes.codes import ProgrammeCode
from portal.years.rules import Selection


class Number(StrEnum):
    """A number of coaches, by the id under which it is explained where figures are explained."""

    WITH_ROOM = "K01"
    WITH_NOBODY = "K02"
    OFFERED = "T09"

    @property
    def is_of_now(self) -> bool:
        """Whether it says how things stand at this moment, and nothing about a year."""
        return self != Number.OFFERED


class Explained(Protocol):
    """What a number is called and how it is counted, as texts to be translated."""

    @property
    def name(self) -> str: ...

    @property
    def text(self) -> str: ...


EXPLAINED: dict[str, Explained] = {**{one.id: one for one in WORK}, **DEFINITIONS}


@dataclass(frozen=True)
class Choice:
    """Which number, in which regions, for which programme (None: any), and in which year if it is not one of now."""

    number: Number
    regions: Sequence[str]
    programme: ProgrammeCode | None
    selection: Selection


def choice_of(number: str | None, programme: str | None, regions: Sequence[str], selection: Selection) -> Choice:
    """What was asked for; the first number when that is none. A number about a year is about one programme."""
    chosen = Number(number) if number in set(Number) else Number.WITH_ROOM
    has_programme = programme in set(ProgrammeCode) or not chosen.is_of_now
    return Choice(chosen, regions, selection.programme if has_programme else None, selection)
