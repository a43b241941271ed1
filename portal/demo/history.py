"""What is left of the people of the last two years, who were all erased since; and the reports over these years."""

from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime, time, timedelta
from random import Random
from typing import Any

import peewee

from portal.access import Actor, Role
from portal.accounts.models import Account
from portal.clock import local_day
from portal.coaches.models import Coach
from portal.counting.models import TalkDay
from portal.crypto import new_public_id
from portal.db import Table
from portal.demo import rules
from portal.enrolments.models import Enrolment, EnrolmentTheme
from portal.enrolments.rules import EnrolmentStatus
from portal.evaluations.models import CoachGrade, EvaluationAnswer, EvaluationInvitation
from portal.evaluations.rules import STATEMENTS
from portal.later.models import LaterAnswer
from portal.measures.models import Measure
from portal.programmes.codes import (
    Branch,
    CloseReason,
    DestinationClass,
    Funding,
    Mode,
    Origin,
    Outcome,
    ProgrammeCode,
    ReferralKind,
    Theme,
)
from portal.questionnaires.models import Questionnaire
from portal.questionnaires.queries import in_use
from portal.questionnaires.rules import Occasion, values_text
from portal.referrals.models import Referral
from portal.referrals.rules import ReferralStatus
from portal.sessions.models import Session
from portal.sessions.rules import SessionStatus
from portal.trajectories.models import Trajectory
from portal.trajectories.rules import ChosenBy, TrajectoryStatus
from portal.yearly import actions as reports
from portal.yearly.models import Report
from portal.yearly.rules import Reference, ReportState, period_of

# So many people signed up so many years ago.
PEOPLE = {2: 380, 1: 640}
DIVISION = 12
SOME = 200
DAY = timedelta(days=1)


def live_earlier_years(coaches: list[int], codes: list[str], *, now: datetime) -> None:
    """People of Sterk in je werk from January to October of these years, and how it went for each of them."""
    years = {local_day(now).year - ago: number for ago, number in PEOPLE.items()}
    Coach.update(available_from=date(min(years), 1, 1)).where(Coach.id.in_(coaches)).execute()
    for ago, (year, number) in enumerate(reversed(years.items())):
        _live(year, number, coaches, codes, seed=rules.SEED + 7 + 10 * ago)


def _live(year: int, people_in_all: int, coaches: list[int], codes: list[str], *, seed: int) -> None:
    chance = Random(seed)
    weights = [4 + 6 * chance.random() for _ in codes]
    people = [_sign_up(chance, number, year, chance.choices(codes, weights)[0]) for number in range(people_in_all)]
    ids = _kept(Enrolment, people)
    themes = [
        {"enrolment": id, "theme": theme}
        for id in ids
        for theme in chance.sample(list(Theme)[: chance.randint(4, 10)], 2)
    ]
    _kept(EnrolmentTheme, themes)
    coached = [(id, one) for id, one in zip(ids, people, strict=True) if one["status"] == EnrolmentStatus.COMPLETED]
    paths = _kept(Trajectory, [_path(chance, id, one["enrolled_at"]) for id, one in coached])
    days = [one["enrolled_at"] + timedelta(days=chance.randint(4, 25)) for _, one in coached]
    _kept(Session, [_talk(path, day) for path, day in zip(paths, days, strict=True)])
    met = {(chance.choice(coaches), local_day(day)) for day in days}
    _kept(TalkDay, [_talk_day(coach, day) for coach, day in sorted(met)])
    referred = chance.sample(coached, len(coached) // 9)
    _kept(Referral, [_referral(chance, id, one["enrolled_at"]) for id, one in referred])
    asked = {occasion: in_use(ProgrammeCode.SIJW, occasion) for occasion in Occasion}
    answered = [one for path, (_, one) in zip(paths, coached, strict=True) if _evaluate(chance, path, one, asked)]
    again = Random(seed + 1)
    _all(CoachGrade, [row for coach in coaches for row in _graded(again, coach, year)])
    _all(Measure, [_before_and_after(again, one, asked[Occasion.START]) for one in answered if again.random() < 0.7])
    _all(LaterAnswer, [_later(again, one, asked[Occasion.SIX_MONTHS]) for one in answered if again.random() < 0.3])


def _sign_up(chance: Random, number: int, year: int, region: str) -> dict[str, Any]:
    enrolled_at = _noon(date(year, 1, 5) + timedelta(days=int(290 * chance.random())))
    ended = chance.choices(
        [EnrolmentStatus.COMPLETED, EnrolmentStatus.WITHDRAWN, EnrolmentStatus.UNREACHABLE], [88, 8, 4]
    )[0]
    return {
        "public_id": new_public_id(),
        "programme": ProgrammeCode.SIJW,
        "region": region,
        "branch": chance.choices([None, *Branch], [3, 6, 3, 1, 4, 6, 12, 3, 3, 2, 2, 2])[0],
        "origin": chance.choices(list(Origin), [10, 3, 5, 4, 1, 1])[0],
        "status": ended,
        "status_at": enrolled_at + 45 * DAY,
        "close_reason": CloseReason.GOAL_REACHED if ended == EnrolmentStatus.COMPLETED else None,
        "submitted_at": enrolled_at,
        "enrolled_at": enrolled_at,
        "tally_person": -(year * 10_000 + number),
    }


def _path(chance: Random, enrolment: int, enrolled_at: datetime) -> dict[str, Any]:
    return {
        "public_id": new_public_id(),
        "enrolment": enrolment,
        "programme": ProgrammeCode.SIJW,
        "status": TrajectoryStatus.COMPLETED,
        "chosen_by": ChosenBy.PARTICIPANT,
        "matched_at": enrolled_at + DAY,
        "contact_due_at": enrolled_at + 2 * DAY,
        "first_contact_at": enrolled_at + 2 * DAY,
        "closed_at": enrolled_at + 45 * DAY,
        "close_reason": CloseReason.GOAL_REACHED,
        "tally_quick": chance.random() < 0.9,
        "tally_minutes": chance.randint(20, 72) * 60,
    }


def _talk(trajectory: int, day: datetime) -> dict[str, Any]:
    return {
        "public_id": new_public_id(),
        "trajectory": trajectory,
        "mode": Mode.PHONE,
        "starts_at": day,
        "minutes": 60,
        "status": SessionStatus.HELD,
        "funding": Funding.SRS,
        "booked_at": day - 3 * DAY,
    }


def _talk_day(coach: int, day: date) -> dict[str, Any]:
    counts = {"counts_from": day, "counts_until": date(day.year + 50, 1, 1)}
    return {"coach": coach, "programme": ProgrammeCode.SIJW, "talked_on": day, **counts}


def _referral(chance: Random, enrolment: int, enrolled_at: datetime) -> dict[str, Any]:
    warm = chance.random() < 0.25
    return {
        "public_id": new_public_id(),
        "enrolment": enrolment,
        "kind": ReferralKind.WARM_HANDOVER if warm else ReferralKind.ADVICE,
        "destination_class": DestinationClass.TRAUMA if warm else chance.choice(list(DestinationClass)[1:]),
        "consent": warm,
        "status": ReferralStatus.ARRIVED if warm else ReferralStatus.GIVEN,
        "referred_on": (enrolled_at + 20 * DAY).date(),
        "recorded_at": enrolled_at + 20 * DAY,
    }


def _month_closed(person: dict[str, Any]) -> date:
    return (person["enrolled_at"] + 45 * DAY).date().replace(day=1)


def _evaluate(chance: Random, trajectory: int, person: dict[str, Any], asked: Mapping[Occasion, Questionnaire]) -> bool:
    """Whether this person answered."""
    month, questionnaire = _month_closed(person), asked[Occasion.END]
    answered = chance.random() < 0.58
    EvaluationInvitation.insert(
        public_id=new_public_id(),
        token_hash=new_public_id(),
        trajectory=trajectory,
        programme=person["programme"],
        region=person["region"],
        closed_month=month,
        invited_at=_noon(month),
        expires_at=_noon(month) + 30 * DAY,
        answered=answered,
        questionnaire=questionnaire,
    ).execute()
    if answered:
        wrote = Random(person["tally_person"])
        agreed = [f"{code.value}:{chance.choice([2, 3, 4, 4, 5, 5])}" for code in STATEMENTS[ProgrammeCode.SIJW]]
        answer = EvaluationAnswer(
            public_id=new_public_id(),
            programme=person["programme"],
            region=person["region"],
            closed_month=month,
            coach_grade=chance.choice([7, 8, 8, 9, 9, 10]),
            trajectory_grade=chance.choice([6, 7, 8, 8, 9]),
            recommend=chance.choice([5, 7, 8, 9, 9, 10]),
            answers=";".join(agreed),
            outcomes=frozenset({chance.choice(list(Outcome))}),
            quote_consent=wrote.random() < 0.7,
            questionnaire=questionnaire,
        )
        answer.comment = rules.comment(wrote)
        answer.save(force_insert=True)
    return answered


def _graded(chance: Random, coach: int, year: int) -> list[dict[str, Any]]:
    """What people thought of a coach, added up in every quarter from the second on."""
    return [
        {"coach": coach, "quarter": f"{year}-{quarter}", "grade": grade, "people": people}
        for quarter in (2, 3, 4)
        for grade, people in Counter(chance.choices([6, 7, 8, 9, 10], [1, 4, 8, 5, 2], k=chance.randint(5, 9))).items()
    ]


def _of_somebody(person: dict[str, Any], questionnaire: Questionnaire) -> dict[str, Any]:
    return {
        "public_id": new_public_id(),
        "programme": person["programme"],
        "region": person["region"],
        "questionnaire": questionnaire,
    }


def _before_and_after(chance: Random, person: dict[str, Any], questionnaire: Questionnaire) -> dict[str, Any]:
    before, after = (values_text(rules.state(chance, person["programme"], *ends)) for ends in ((3, 8), (5, 10)))
    return {
        **_of_somebody(person, questionnaire),
        "month": _month_closed(person),
        "before": before,
        "after": after,
    }


def _later(chance: Random, person: dict[str, Any], questionnaire: Questionnaire) -> dict[str, Any]:
    works = chance.choices(["same_branch", "other_branch", "same_branch_own", "outside", "seeking"], [12, 5, 3, 3, 1])
    answers = values_text({"work_situation": works, "work_joy": [str(chance.choice([6, 7, 7, 8, 8, 9]))]})
    return {**_of_somebody(person, questionnaire), "closed_month": _month_closed(person), "answers": answers}


def lock_the_report(maker: Account, approver: Account, *, now: datetime) -> None:
    """Last year as it was told to everybody; and the year before, that is still being made."""
    made = _made(maker, local_day(now).year - 1, now)
    reports.ask_for_check(_national(maker), made.public_id, now=now)
    reports.check_asked(now=now)
    checked = Report.get_by_id(made.id)
    if checked.state == ReportState.DRAFT:  # The last people of that year are still on their way.
        reports.accept_open_tasks(_national(maker), made.public_id, now=now)
    reports.approve(_national(approver), made.public_id, check=checked.check, now=now)
    reports.lock_report(_national(maker), made.public_id, is_public=True, now=now)
    _made(maker, local_day(now).year - 2, now)


def _made(maker: Account, year: int, now: datetime) -> Report:
    chosen = period_of(f"{ProgrammeCode.SIJW}:{year}", local_day(now))
    return reports.make_report(_national(maker), chosen, reference=Reference.LAST_DAY, division=DIVISION, now=now)


def _national(account: Account) -> Actor:
    return Actor(account_id=account.id, roles=frozenset({Role.NATIONAL}))


def _noon(day: date) -> datetime:
    return datetime.combine(day, time(11), UTC)


def _all(table: type[Table], rows: Iterable[dict[str, Any]]) -> None:
    for some in peewee.chunked(rows, SOME):
        table.insert_many(list(some)).execute()


def _kept(table: type[Table], rows: Iterable[dict[str, Any]]) -> list[int]:
    """Store these rows; their ids, in the same order."""
    last = table.select(peewee.fn.MAX(table.id)).scalar() or 0
    _all(table, rows)
    return [id for (id,) in table.select(table.id).where(table.id > last).order_by(table.id).tuples().execute()]
