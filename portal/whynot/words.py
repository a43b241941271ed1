"""Every reason as a sentence: to the coach, who knows the people, and to the desk, which sees no names."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from portal.availability.hours import Window
from portal.availability.reasons import Reason, Why, hours_on
from portal.availability.rules import BlockSource
from portal.clock import local_day
from portal.coaches import terms
from portal.coaches.rules import PRESENT
from portal.i18n import N_, clock_time, closing_time, gettext, near_day, near_moment, wall_time
from portal.whynot.queries import Explanation
from portal.whynot.rules import NotOffered


@dataclass(frozen=True)
class Told:
    """The marked sentences for one reader; `named` are those in which a participant has a name."""

    by_name: bool
    reasons: dict[Why, str]
    taken: dict[BlockSource, str]
    not_offered: dict[NotOffered, str]
    # What holds for the people this coach has already.
    for_others: str
    named: dict[Why, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Answer:
    """The moment that was asked, and for each time that it is so late a title ('' for one) and the reasons."""

    title: str
    is_free: bool
    times: list[tuple[str, list[str]]]
    not_offered: list[str]
    for_others: str


TO_COACH = Told(
    by_name=True,
    reasons={
        Why.NO_HOURS: N_("You keep no hours on that day."),
        Why.OUTSIDE_HOURS: N_("It lies outside your hours. On that day these are %(hours)s."),
        Why.ENDS_TOO_LATE: N_(
            "A talk takes %(length)s. It would not fit any more: on that day your hours are %(hours)s."
        ),
        Why.AWAY: N_("You are away then."),
        Why.HOLIDAY: N_("It is a public holiday, and you said that you are free then."),
        Why.OFF_GRID: N_("Talks begin on the hour or on the half hour."),
        Why.SOON_AFTER: N_("It is too soon after something that ends at %(until)s: you keep time free around a talk."),
        Why.SOON_BEFORE: N_(
            "It is too soon before something that begins at %(since)s: you keep time free around a talk."
        ),
        Why.OVER: N_("This time is over."),
        Why.TOO_SOON: N_(
            "It is too soon: people must book with you %(notice)s before. Now they can from %(earliest)s on."
        ),
        Why.BEYOND_HORIZON: N_("It is too far ahead: people can book up to and including %(last_day)s."),
        Why.DAY_FULL: N_("That day is full: you take %(per_day)s on a day at the most."),
        Why.WEEK_FULL: N_("That week is full: you take %(per_week)s in a week at the most."),
    },
    named={
        Why.TAKEN: N_("You have a talk with %(name)s then, from %(since)s to %(until)s."),
        Why.SOON_AFTER: N_(
            "It is too soon after your talk with %(name)s that ends at %(until)s: you keep time free around a talk."
        ),
        Why.SOON_BEFORE: N_(
            "It is too soon before your talk with %(name)s that begins at %(since)s: you keep time free around a talk."
        ),
    },
    taken={
        BlockSource.TALK: N_("You have a talk then, from %(since)s to %(until)s."),
        BlockSource.HOLD: N_(
            "Somebody is choosing this time right now. It is kept for them for ten minutes at the most."
        ),
        BlockSource.WORKSHOP: N_("You have a workshop then, from %(since)s to %(until)s."),
        BlockSource.OUTSIDE: N_("Your own calendar has something then, from %(since)s to %(until)s."),
    },
    not_offered={
        NotOffered.NOT_CHECKED: N_("Your region has not checked your certificate yet."),
        NotOffered.CERTIFICATE_ENDED: N_("Your certificate has ended."),
        NotOffered.NOT_AGREED: N_("You have not agreed to the code of ethics and to confidentiality yet."),
        NotOffered.PAUSED: N_("You are on pause."),
        NotOffered.WITHDRAWN: N_("You have stopped as a coach."),
        NotOffered.BLOCKED: N_("Your region has blocked you."),
        NotOffered.NOT_YET: N_("You are not available yet."),
        NotOffered.NO_PROGRAMME: N_("You chose no programme in your profile."),
        NotOffered.NO_ROOM: N_("You have no room for new people."),
    },
    for_others=N_("People who are with you already can still book."),
)
TO_DESK = Told(
    by_name=False,
    reasons={
        Why.NO_HOURS: N_("The coach keeps no hours on that day."),
        Why.OUTSIDE_HOURS: N_("It lies outside the hours of the coach. On that day these are %(hours)s."),
        Why.ENDS_TOO_LATE: N_(
            "A talk takes %(length)s. It would not fit any more: on that day the hours are %(hours)s."
        ),
        Why.AWAY: N_("The coach is away then."),
        Why.HOLIDAY: N_("It is a public holiday, on which the coach is free."),
        Why.OFF_GRID: N_("Talks begin on the hour or on the half hour."),
        Why.SOON_AFTER: N_(
            "It is too soon after something that ends at %(until)s: the coach keeps time free around a talk."
        ),
        Why.SOON_BEFORE: N_(
            "It is too soon before something that begins at %(since)s: the coach keeps time free around a talk."
        ),
        Why.OVER: N_("This time is over."),
        Why.TOO_SOON: N_("It is too soon: people must book %(notice)s before. Now they can from %(earliest)s on."),
        Why.BEYOND_HORIZON: N_("It is too far ahead: people can book up to and including %(last_day)s."),
        Why.DAY_FULL: N_("That day is full: the coach takes %(per_day)s on a day at the most."),
        Why.WEEK_FULL: N_("That week is full: the coach takes %(per_week)s in a week at the most."),
    },
    taken={
        BlockSource.TALK: N_("The coach has a talk then, from %(since)s to %(until)s."),
        BlockSource.HOLD: N_(
            "Somebody is choosing this time right now. It is kept for them for ten minutes at the most."
        ),
        BlockSource.WORKSHOP: N_("The coach has a workshop then, from %(since)s to %(until)s."),
        BlockSource.OUTSIDE: N_("The coach has something else then, from %(since)s to %(until)s."),
    },
    not_offered={
        NotOffered.NOT_CHECKED: N_("No certificate was checked yet."),
        NotOffered.CERTIFICATE_ENDED: N_("The certificate has ended."),
        NotOffered.NOT_AGREED: N_("The coach has not agreed to the code of ethics and to confidentiality yet."),
        NotOffered.PAUSED: N_("The coach is on pause."),
        NotOffered.WITHDRAWN: N_("The coach has stopped."),
        NotOffered.BLOCKED: N_("The coach is blocked."),
        NotOffered.NOT_YET: N_("The coach is not available yet."),
        NotOffered.NO_PROGRAMME: N_("The coach chose no programme."),
        NotOffered.NO_ROOM: N_("The coach has no room for new people."),
    },
    for_others=N_("People who are with this coach already can still book."),
)


def answer(explanation: Explanation, told: Told) -> Answer:
    asked = gettext("%(day)s at %(time)s", day=near_day(explanation.day), time=wall_time(explanation.wall_time))
    return Answer(
        title=asked,
        is_free=explanation.is_free,
        times=_times(explanation, told),
        not_offered=[gettext(told.not_offered[why]) for why in explanation.not_offered],
        for_others=gettext(told.for_others) if explanation.coach.status in PRESENT else "",
    )


def _times(explanation: Explanation, told: Told) -> list[tuple[str, list[str]]]:
    if not explanation.times:
        return [("", [gettext("This time does not exist: that night the clock goes from 2.00 to 3.00.")])]
    titles = [""]
    if len(explanation.times) > 1:
        titles = [
            gettext("The first time, before the clock goes back"),
            gettext("The second time, after the clock went back"),
        ]
    facts = _facts(explanation)
    return [
        (title, [_sentence(reason, explanation, told, facts) for reason in reasons])
        for title, (_, reasons) in zip(titles, explanation.times, strict=True)
    ]


def _sentence(reason: Reason, explanation: Explanation, told: Told, facts: dict[str, str]) -> str:
    if reason.taken is None:
        return gettext(told.reasons[reason.kind], **facts)
    name = explanation.names.get(reason.taken.id, "")
    times = {
        "since": _time(reason.taken.talk.starts_at, explanation),
        "until": _time(reason.taken.talk.ends_at, explanation),
    }
    if name:
        return gettext(told.named[reason.kind], name=name, **times)
    if reason.kind == Why.TAKEN:
        return gettext(told.taken[reason.taken.source], **times)
    return gettext(told.reasons[reason.kind], **times)


def _time(moment: datetime, explanation: Explanation) -> str:
    """The clock, with the day when it is another one than was asked."""
    return clock_time(moment) if local_day(moment) == explanation.day else near_moment(moment)


def _facts(explanation: Explanation) -> dict[str, str]:
    coach, period = explanation.coach, explanation.offer.period
    return {
        "hours": _hours(explanation),
        "length": terms.minutes(explanation.offer.minutes),
        "notice": terms.notice(coach.notice_hours, coach.notice_working_days),
        "earliest": near_moment(period.starts_at),
        "last_day": near_day(period.ends_at - timedelta(minutes=1)),
        "per_day": terms.most(coach.most_per_day),
        "per_week": terms.most(coach.most_per_week),
    }


def _hours(explanation: Explanation) -> str:
    """'9.00–12.00 en 19.00–21.00 (extra)'."""
    extras = {extra.window for extra in explanation.kept.extras}
    told = [_span(window, window in extras) for window in hours_on(explanation.day, explanation.kept)]
    if len(told) < 2:
        return "".join(told)
    return gettext("%(first)s and %(last)s", first=", ".join(told[:-1]), last=told[-1])


def _span(window: Window, is_extra: bool) -> str:
    span = f"{wall_time(window.opens)}–{closing_time(window.closes)}"
    return gettext("%(hours)s (extra)", hours=span) if is_extra else span
