"""The counters about what is offered: contact, talks and other activities, coaches, evaluation."""

from functools import partial

from portal.counting.definitions import MEDIAN_HOURS, Definition, Section
from portal.counting.figures import Mean, Median, Score
from portal.counting.rules import (
    TALKS,
    Activity,
    Answered,
    Closed,
    Coupled,
    Invited,
    Offered,
    Question,
    agrees,
    recommends,
)
from portal.evaluations.rules import STATEMENTS, Statement
from portal.i18n import N_
from portal.programmes.codes import Funding, TalkKind
from portal.sessions.rules import SessionStatus

_activity = partial(Definition, of=Activity)
_coach = partial(Definition, of=Offered)
_answer = partial(Definition, of=Answered)
STATEMENT_CODES = frozenset(Statement)


def _by_funding(id: str, name: str, text: str, *kinds: TalkKind) -> Definition:
    return _activity(
        id=id,
        name=name,
        text=text,
        counts=lambda activity: activity.is_held and activity.kind in kinds,
        part=lambda activity: activity.funding,
        parts=lambda programme: tuple(Funding),
    )


def _mean(id: str, name: str, question: Question) -> Definition:
    return _answer(
        id=id,
        name=name,
        text=N_("The mean of the grades from 1 to 10. It is shown from 10 answers."),
        counts=lambda answer: answer.value if answer.question == question else 0,
        among=lambda answer: answer.question == question,
        made=Mean,
    )


CONTACT = Section(
    "contact",
    N_("Contact and closing"),
    (
        Definition(
            "T14",
            Coupled,
            N_("Quick contact"),
            N_(
                "The share of the people who were coupled with a coach in the period and with whom the coach was in "
                "touch within one working day. Beside it: the middle of the hours from sign-up to first contact."
            ),
            counts=lambda one: one.is_quick,
            among=lambda one: 1,
            took=lambda one: one.hours,
            durations={MEDIAN_HOURS: Median},
        ),
        Definition(
            "T15",
            Closed,
            N_("Completed or stopped"),
            N_("Trajectories that were closed in the period and on or before the reference date, by reason."),
            counts=lambda one: 1,
            part=lambda one: one.reason,
        ),
        _activity(
            id="T16",
            name=N_("Not shown up"),
            text=N_(
                "The share of the appointments of the period to which the participant did not come: "
                "not shown up, of held and not shown up together."
            ),
            counts=lambda activity: activity.status == SessionStatus.NO_SHOW,
            among=lambda activity: 1,
        ),
    ),
)

ACTIVITIES = Section(
    "activities",
    N_("Talks and other activities"),
    (
        _by_funding("A01", N_("Talks"), N_("Talks of the period that were held, by who pays."), *TALKS),
        _by_funding(
            "A02", N_("Workshops"), N_("Workshops of the period that were held, by who pays."), TalkKind.WORKSHOP
        ),
        _by_funding("A03", N_("Career tests"), N_("Tests of the period that were held, by who pays."), TalkKind.TEST),
        _by_funding(
            "A04",
            N_("Other activities"),
            N_("Other activities of the period that were held, by who pays."),
            TalkKind.OTHER,
        ),
    ),
)

COACHES = Section(
    "coaches",
    N_("Coaches"),
    (
        _coach(
            id="T09",
            name=N_("Coaches who offered themselves"),
            text=N_(
                "Coaches who were available on at least one day, from the first day of the period up to and including "
                "the reference date or, if that is not in the period, its last day."
            ),
            counts=lambda coach: 1,
            part=lambda coach: "blocked" if coach.blocked and not coach.withdrawn else "",
            parts=lambda programme: ("blocked",),
        ),
        _coach(
            id="T10",
            name=N_("Coaches who withdrew"),
            text=N_(
                "Of these coaches: those who withdrew between the first day and the reference date, both included."
            ),
            counts=lambda coach: coach.withdrawn,
        ),
        _coach(
            id="T11",
            name=N_("Coaches available on the reference date"),
            text=N_("These coaches, less those who withdrew or were blocked. Coaches who pause are included."),
            counts=lambda coach: coach.stayed,
            part=lambda coach: "paused" if coach.stayed and coach.paused else "",
            parts=lambda programme: ("paused",),
        ),
        _coach(
            id="T12",
            name=N_("Coaches deployed"),
            text=N_(
                "Of the coaches who offered themselves: those with at least one talk in this programme "
                "that was held in the period and on or before the reference date."
            ),
            counts=lambda coach: coach.deployed,
        ),
        _coach(
            id="T13",
            name=N_("Coaches who went on"),
            text=N_("Of the coaches available on the reference date: those who chose to go on in the next programme."),
            counts=lambda coach: coach.stayed and coach.continued,
        ),
    ),
)

EVALUATION = Section(
    "evaluation",
    N_("Evaluation"),
    (
        Definition(
            "E01",
            Invited,
            N_("Response"),
            N_(
                "The share of the people invited to evaluate who did so. "
                "Invitations and answers are counted in the month in which the trajectory was closed."
            ),
            counts=lambda invited: invited.answered,
            among=lambda invited: 1,
        ),
        _mean("E02", N_("Grade for the whole trajectory"), Question.TRAJECTORY_GRADE),
        _mean("E02b", N_("Grade for the coach"), Question.COACH_GRADE),
        _answer(
            id="E03",
            name=N_("Agree with the statements"),
            text=N_(
                "Per statement: the share that chose 4 or 5 on a scale from 1 to 5. "
                "Anyone who chose 'not applicable' is left out."
            ),
            counts=lambda answer: answer.question in STATEMENT_CODES and agrees(answer.value),
            among=lambda answer: answer.question in STATEMENT_CODES,
            part=lambda answer: answer.question,
            parts=lambda programme: STATEMENTS[programme],
            has_whole=False,
        ),
        _answer(
            id="E04",
            name=N_("Recommendation score"),
            text=N_("The share that gives a 9 or 10, less the share that gives a 0 up to and including 6."),
            counts=lambda answer: recommends(answer.value) if answer.question == Question.RECOMMENDATION else 0,
            among=lambda answer: answer.question == Question.RECOMMENDATION,
            made=Score,
        ),
    ),
)
