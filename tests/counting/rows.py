"""Rows for counting, made directly and stored at once: thousands of them in a blink, with every moment at will."""

from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta
from itertools import count
from typing import Any

import peewee

from portal.accounts.models import Account
from portal.coaches.models import Coach
from portal.coaches.rules import CoachStatus
from portal.counting.periods import AMSTERDAM
from portal.db import database, transaction
from portal.enrolments.models import Enrolment, EnrolmentEvent, EnrolmentTheme
from portal.enrolments.rules import EnrolmentStatus, EventKind
from portal.evaluations.models import EvaluationAnswer, EvaluationInvitation
from portal.programmes.codes import (
    Branch,
    DestinationClass,
    Funding,
    Mode,
    Origin,
    ProgrammeCode,
    ReferralKind,
    TalkKind,
)
from portal.referrals.models import Referral
from portal.referrals.rules import ReferralStatus
from portal.sessions.models import Session
from portal.sessions.rules import SessionStatus
from portal.trajectories.models import Trajectory
from portal.trajectories.rules import ChosenBy, TrajectoryStatus
from tests.factories import TWENTE

TABLES = (
    Account,
    Coach,
    Enrolment,
    EnrolmentTheme,
    EnrolmentEvent,
    Trajectory,
    Session,
    Referral,
    EvaluationInvitation,
    EvaluationAnswer,
)
ECZ, SIJW = ProgrammeCode.ECZ, ProgrammeCode.SIJW
STARTED_WITH = EnrolmentStatus.CONFIRMED


def at(day: date | str, hour: int = 12, minute: int = 0) -> datetime:
    """This time on a Dutch clock, in UTC."""
    day = date.fromisoformat(day) if isinstance(day, str) else day
    return datetime(day.year, day.month, day.day, hour, minute, tzinfo=AMSTERDAM).astimezone(UTC)


class Rows:
    """What is going to be stored; `rows[Enrolment]` and so on are plain dicts, in order."""

    def __init__(self, first_number: int = 1_000_000) -> None:
        self.rows: dict[type, list[dict[str, Any]]] = {table: [] for table in TABLES}
        # Far from what the portal itself makes in the same test.
        self._numbers = count(first_number)

    def __getitem__(self, table: type) -> list[dict[str, Any]]:
        return self.rows[table]

    def store(self) -> None:
        with transaction():
            for table, rows in self.rows.items():
                if rows:
                    _insert(table, rows)

    def _add(self, table: type, **values: Any) -> int:
        number = next(self._numbers)
        own = {"id": number} if "id" in table._meta.fields else {}
        public = {"public_id": f"row-{number}"} if "public_id" in table._meta.fields else {}
        self.rows[table].append({**own, **public, **values})
        return number

    def person(self) -> int:
        number = next(self._numbers)
        address = f"p{number}@example.org"
        self.rows[Account].append(
            {
                "id": number,
                "public_id": f"person-{number}",
                "email": address,
                "email_key": address,
                "first_name": "Anna",
                "created_at": at("2020-01-01"),
            }
        )
        return number

    def coach(
        self,
        *,
        available_from: date | None = date(2020, 1, 1),
        programmes: Iterable[ProgrammeCode] = (ECZ, SIJW),
        status: CoachStatus = CoachStatus.AVAILABLE,
        **values: Any,
    ) -> int:
        return self._add(
            Coach,
            account=self.person(),
            programmes=frozenset(programmes),
            available_from=available_from,
            status=status,
            created_at=at("2020-01-01"),
            **{"withdrawn_on": None, "blocked_on": None, "continued_to": None, **values},
        )

    def enrol(
        self,
        moment: datetime,
        *,
        programme: ProgrammeCode = ECZ,
        region: str | None = TWENTE,
        branch: Branch | None = None,
        person: int | None = None,
        became: Iterable[tuple[EnrolmentStatus, datetime]] = (),
        themes: Iterable[str] = (),
        origin: Origin = Origin.WEBSITE,
        close_reason: str | None = None,
    ) -> int:
        """A confirmed enrolment; `became` are its later statuses, in the order of time."""
        story = [(STARTED_WITH, moment), *became]
        number = self._add(
            Enrolment,
            programme=programme,
            participant=person,
            region=region,
            branch=branch,
            origin=origin,
            status=story[-1][0],
            status_at=story[-1][1],
            close_reason=close_reason,
            submitted_at=moment - timedelta(minutes=5),
            enrolled_at=moment,
        )
        for status, when in story:
            self.rows[EnrolmentEvent].append(
                {"enrolment": number, "at": when, "kind": EventKind.STATUS_SET, "status": status}
            )
        for theme in themes:
            self.rows[EnrolmentTheme].append({"enrolment": number, "theme": theme})
        return number

    def enrolment(self, number: int) -> dict[str, Any]:
        return next(row for row in self.rows[Enrolment] if row["id"] == number)

    def couple(
        self,
        enrolment: int,
        coach: int,
        moment: datetime,
        *,
        contact_at: datetime | None = None,
        closed_at: datetime | None = None,
        close_reason: str | None = None,
    ) -> int:
        signed_up = self.enrolment(enrolment)
        return self._add(
            Trajectory,
            enrolment=enrolment,
            participant=signed_up["participant"],
            coach=coach,
            programme=signed_up["programme"],
            status=TrajectoryStatus.STOPPED if closed_at else TrajectoryStatus.OPEN,
            chosen_by=ChosenBy.PARTICIPANT,
            matched_at=moment,
            contact_due_at=moment,
            first_contact_at=contact_at,
            closed_at=closed_at,
            close_reason=close_reason,
        )

    def talk(
        self,
        trajectory: int,
        moment: datetime,
        *,
        coach: int,
        status: SessionStatus = SessionStatus.HELD,
        kind: TalkKind = TalkKind.TALK,
        funding: Funding = Funding.NONE,
    ) -> int:
        return self._add(
            Session,
            trajectory=trajectory,
            coach=coach,
            kind=kind,
            mode=Mode.PHONE,
            starts_at=moment,
            minutes=60,
            status=status,
            funding=funding,
            booked_at=moment,
        )

    def refer(
        self,
        enrolment: int,
        day: date,
        *,
        kind: ReferralKind = ReferralKind.WARM_HANDOVER,
        destination: DestinationClass = DestinationClass.TRAUMA,
        status: ReferralStatus = ReferralStatus.SENT,
        consent: bool = True,
        sent_on: date | None = None,
        settled_on: date | None = None,
    ) -> int:
        return self._add(
            Referral,
            enrolment=enrolment,
            kind=kind,
            destination_class=destination,
            consent=consent,
            status=status,
            referred_on=day,
            sent_on=sent_on,
            settled_on=settled_on,
            recorded_at=at(day),
        )

    def invite(
        self,
        trajectory: int,
        month: date,
        *,
        answered: bool = False,
        region: str | None = TWENTE,
        programme: ProgrammeCode = ECZ,
    ) -> int:
        number = next(self._numbers)
        return self._add(
            EvaluationInvitation,
            token_hash=f"token-{number}",
            trajectory=trajectory,
            programme=programme,
            region=region,
            closed_month=month,
            invited_at=at(month),
            expires_at=at(month) + timedelta(days=30),
            answered=answered,
        )

    def answer(
        self, month: date, *, region: str | None = TWENTE, programme: ProgrammeCode = ECZ, **answers: Any
    ) -> int:
        return self._add(
            EvaluationAnswer,
            programme=programme,
            region=region,
            closed_month=month,
            **{"coach_grade": 8, "trajectory_grade": 8, "recommend": None, "answers": "", **answers},
        )


def _insert(table: type, rows: list[dict[str, Any]]) -> None:
    """As `insert_many` does, without building every value into a query first."""
    fields = [field for field in table._meta.sorted_fields if field.name in rows[0] or field.default is not None]
    columns = ", ".join(f'"{field.column_name}"' for field in fields)
    marks = ", ".join([database.obj.param] * len(fields))
    database.cursor().executemany(
        f'INSERT INTO "{table._meta.table_name}" ({columns}) VALUES ({marks})',
        [[field.db_value(_value(field, row)) for field in fields] for row in rows],
    )


def _value(field: peewee.Field, row: dict[str, Any]) -> Any:
    if field.name in row:
        return row[field.name]
    return field.default() if callable(field.default) else field.default
