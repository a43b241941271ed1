"""Years in which nearly everything happened to one, two, three or four people somewhere."""

from datetime import date, timedelta
from random import Random

from portal.enrolments.rules import EnrolmentStatus
from portal.evaluations.rules import STATEMENTS
from portal.programmes.codes import CloseReason, Funding, Outcome, ProgrammeCode, ReferralKind
from portal.referrals.rules import ReferralStatus
from portal.regions import queries as regions
from portal.sessions.rules import SessionStatus
from tests.counting.rows import ECZ, SIJW, Rows, at
from tests.factories import TWENTE

TODAY = date(2026, 3, 2)
YEARS = {2024: 78, 2025: 90, 2026: 20}
# The year in which nearly everybody is pleased.
PLEASED = 2023
# All programmes and years in which anything happened to anybody.
CHOICES = [(ECZ, 2024), (ECZ, 2025), (ECZ, 2026), (SIJW, PLEASED), (SIJW, 2025), (SIJW, 2026)]
ENDED = [EnrolmentStatus.WITHDRAWN, EnrolmentStatus.UNREACHABLE, EnrolmentStatus.OUT_OF_SCOPE, None, None, None, None]
THEMES = ["stress", "role", "balance", "support"]
# Most are pleased.
GRADES = [10, 9, 9, 8, 8, 8, 7, 6, 4]
AGREEMENTS = ["5", "5", "4", "4", "4", "3", "1", "na"]


def many_small_cells(rows: Rows, chance: Random) -> None:
    coaches = [rows.coach(withdrawn_on=date(2025, 6, 1) if number < 2 else None) for number in range(9)]
    for year, people in YEARS.items():
        for number in range(people):
            month = 1 + number % (2 if year == TODAY.year else 12)
            somebody(rows, chance, at(date(year, month, 1 + number % 20)), coaches[number % 9])
    nearly_everybody_is_pleased(rows)


def nearly_everybody_is_pleased(rows: Rows) -> None:
    """Of 22 people 18 talked and gave a ten, but for one; three dropped out, each for another reason."""
    coach, reasons = rows.coach(), [CloseReason.NO_NEED, CloseReason.TOO_BUSY, CloseReason.ILL]
    for number in range(22):
        moment = at(date(PLEASED, 3, 1 + number))
        ended = [(EnrolmentStatus.WITHDRAWN, moment + timedelta(days=1))] if number < len(reasons) else []
        reason = reasons[number] if ended else None
        enrolment = rows.enrol(moment, programme=SIJW, person=rows.person(), became=ended, close_reason=reason)
        if number >= 4:
            trajectory = rows.couple(enrolment, coach, moment, contact_at=moment + timedelta(days=1))
            rows.talk(trajectory, moment + timedelta(days=3), coach=coach)
            grade = 4 if number == 4 else 10
            rows.answer(date(PLEASED, 4, 1), programme=SIJW, trajectory_grade=grade, coach_grade=grade, recommend=grade)


def somebody(rows: Rows, chance: Random, moment, coach: int, region: str | None = None) -> None:
    nearby = sorted(regions.region_names(TODAY))[:9]
    region = region or (TWENTE if chance.random() < 0.6 else chance.choice([*nearby, None]))
    ended = chance.choice(ENDED)
    programme = chance.choice([ECZ, ECZ, ECZ, SIJW])
    enrolment = rows.enrol(
        moment,
        programme=programme,
        region=region,
        person=rows.person(),
        became=[(ended, moment + timedelta(days=1))] if ended else [],
        close_reason=chance.choice([CloseReason.NO_NEED, CloseReason.TOO_BUSY]) if ended else None,
        themes=chance.sample(THEMES, chance.randint(1, 2)),
    )
    if not ended and chance.random() < 0.9:
        coached(rows, chance, enrolment, moment, coach, region, programme)
    if chance.random() < 0.3:
        rows.refer(
            enrolment,
            moment.date(),
            kind=chance.choice([ReferralKind.WARM_HANDOVER, ReferralKind.ADVICE]),
            status=ReferralStatus.ARRIVED,
        )


def coached(rows: Rows, chance: Random, enrolment: int, moment, coach: int, region, programme: ProgrammeCode) -> None:
    closed_at = moment + timedelta(days=9) if chance.random() < 0.8 else None
    trajectory = rows.couple(
        enrolment,
        coach,
        moment + timedelta(hours=2),
        contact_at=moment + timedelta(days=1),
        closed_at=closed_at,
        close_reason=CloseReason.GOAL_REACHED if closed_at else None,
    )
    for again in range(chance.randint(0, 2)):
        rows.talk(
            trajectory,
            moment + timedelta(days=3 + again),
            coach=coach,
            status=chance.choice([SessionStatus.HELD, SessionStatus.HELD, SessionStatus.HELD, SessionStatus.NO_SHOW]),
            funding=chance.choice(list(Funding)),
        )
    if closed_at:
        month, answered = closed_at.date().replace(day=1), chance.random() < 0.85
        rows.invite(trajectory, month, answered=answered, region=region, programme=programme)
        if answered:
            answer(rows, chance, month, region, programme)


def answer(rows: Rows, chance: Random, month: date, region, programme: ProgrammeCode) -> None:
    grade = chance.choice(GRADES)
    rows.answer(
        month,
        region=region,
        programme=programme,
        trajectory_grade=grade,
        coach_grade=chance.choice(GRADES),
        recommend=grade if chance.random() < 0.9 else None,
        answers=";".join(f"{code}:{chance.choice(AGREEMENTS)}" for code in STATEMENTS[programme]),
        outcomes=frozenset(chance.sample(list(Outcome), 2)),
    )
