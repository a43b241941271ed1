"""What each programme is: for whom and since when, which talks it offers, what it promises and when it ends.

Lengths, limits and terms are our choice where no published rule was found (see Sources in the README).
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta

from dateutil.relativedelta import relativedelta

from portal.i18n import N_
from portal.programmes.codes import Mode, ProgrammeCode, TalkKind, Theme

REMOTE = (Mode.VIDEO, Mode.PHONE)
ANYWHERE = (Mode.VIDEO, Mode.PHONE, Mode.LOCATION)
DAY = timedelta(days=1)
# An introductory talk and a test do not use up anything (our choice).
FREE_KINDS = frozenset({TalkKind.INTRO, TalkKind.TEST})


@dataclass(frozen=True)
class Phase:
    """A period in which a programme was there for one group of people; half-open, no end is until further notice."""

    valid_from: date
    valid_until: date | None
    target_group: str

    def holds_on(self, day: date) -> bool:
        return self.valid_from <= day and (self.valid_until is None or day < self.valid_until)


@dataclass(frozen=True)
class TalkOffer:
    """How long a kind of talk takes, in minutes, and how it can be held."""

    minutes: int
    modes: tuple[Mode, ...]


@dataclass(frozen=True)
class Programme:
    """One programme and its policy."""

    code: ProgrammeCode
    phases: tuple[Phase, ...]
    themes: tuple[Theme, ...]
    talks: Mapping[TalkKind, TalkOffer]
    contact_within_working_days: int
    shows_crisis_notice: bool
    max_extra_activities: int = 2
    closes_months_after_first_talk: int = 6
    closes_days_after_last_activity: int = 30
    # The days on which a year of the programme began, where that was not 1 January.
    years: Mapping[int, date] = field(default_factory=dict)

    @property
    def name(self) -> str:
        return self.code.label

    @property
    def modes(self) -> tuple[Mode, ...]:
        """How the talks of this programme can be held."""
        return self.modes_of(TalkKind.TALK)

    def modes_of(self, kind: TalkKind) -> tuple[Mode, ...]:
        """How talks of this kind can be held; not at all when the programme has none."""
        return self.talks[kind].modes if kind in self.talks else ()

    @property
    def max_activities(self) -> int:
        """The first talk and the extra activities after it."""
        return 1 + self.max_extra_activities

    def phase_on(self, day: date) -> Phase | None:
        """The phase that this day lies in; None when the programme was not there."""
        return next((phase for phase in self.phases if phase.holds_on(day)), None)

    def year_begins(self, year: int) -> date:
        """The first day of a year, as the programme accounts for it; the one before ends on the day before."""
        return self.years.get(year, date(year, 1, 1))

    def year_on(self, day: date) -> int:
        """The year of the programme that this day lies in."""
        return day.year if day >= self.year_begins(day.year) else day.year - 1


STERK_IN_JE_WERK = Programme(
    code=ProgrammeCode.SIJW,
    # Of the start only the year is known, and that the group was wider in 2018: the days are our choice.
    phases=(
        Phase(
            valid_from=date(2016, 1, 1),
            valid_until=date(2018, 1, 1),
            target_group=N_("People of 45 and older in care or welfare with at most a diploma of mbo level 2"),
        ),
        Phase(
            valid_from=date(2018, 1, 1),
            valid_until=None,
            target_group=N_("Everyone who works or wants to work in care or welfare"),
        ),
    ),
    themes=tuple(Theme),
    talks={TalkKind.INTRO: TalkOffer(30, REMOTE), TalkKind.TALK: TalkOffer(60, ANYWHERE)},
    contact_within_working_days=5,
    shows_crisis_notice=False,
)
EXTRA_COACHING = Programme(
    code=ProgrammeCode.ECZ,
    # The corona programme ended after 5 January 2021; that the portal goes on with it is our choice.
    phases=(
        Phase(
            valid_from=date(2020, 4, 15),
            valid_until=date(2021, 1, 6),
            target_group=N_("People who work in care or welfare and need support in the time of corona"),
        ),
        Phase(
            valid_from=date(2021, 1, 6),
            valid_until=None,
            target_group=N_("People who work in care or welfare and need support"),
        ),
    ),
    # Its first year was accounted for as a whole (jaaroverzicht 2020).
    years={2020: date(2020, 4, 15), 2021: date(2021, 1, 6)},
    themes=tuple(Theme),
    talks={TalkKind.INTRO: TalkOffer(30, REMOTE), TalkKind.TALK: TalkOffer(60, REMOTE)},
    contact_within_working_days=1,
    shows_crisis_notice=True,
)
PROGRAMMES = {offered.code: offered for offered in (STERK_IN_JE_WERK, EXTRA_COACHING)}


def counts_as_activity(kind: TalkKind) -> bool:
    """Whether this takes one of the activities that somebody may have (`Programme.max_activities`)."""
    return kind not in FREE_KINDS


def closing_day(code: ProgrammeCode, *, first_held_on: date | None, last_planned_on: date | None) -> date | None:
    """The day on which a trajectory closes by itself; None while nothing was ever planned.

    Six months after the first talk that was held or 30 days after the last activity that was planned, whichever comes
    first, yet never before that last activity is over (our choice).
    """
    if last_planned_on is None:
        return None
    terms = PROGRAMMES[code]
    after_last = last_planned_on + terms.closes_days_after_last_activity * DAY
    if first_held_on is None:
        return after_last
    after_first = first_held_on + relativedelta(months=terms.closes_months_after_first_talk)
    return max(last_planned_on + DAY, min(after_first, after_last))
