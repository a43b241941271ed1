"""The counting rules once more, written down row by row and without a database: what the portal counts must equal it.

Nothing here is shared with the portal's own counting but the codes.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable
from datetime import date, timedelta
from statistics import median
from typing import Any

from portal.clock import local_day
from portal.coaches.models import Coach
from portal.counting.rules import Scope
from portal.enrolments.models import Enrolment, EnrolmentEvent, EnrolmentTheme
from portal.evaluations.models import EvaluationAnswer, EvaluationInvitation
from portal.programmes.calendar import contact_deadline
from portal.referrals.models import Referral
from portal.sessions.models import Session
from portal.trajectories.models import Trajectory
from tests.counting.rows import Rows

Row = dict[str, Any]
OPEN = {"confirmed", "in_progress", "waiting", "matched", "started"}


class Recount:
    """All rows, and who they are about."""

    def __init__(self, rows: Rows, scope: Scope) -> None:
        self.scope = scope
        self.rows = rows
        self.by_id = {row["id"]: row for row in rows[Enrolment]}
        self.events = grouped(rows[EnrolmentEvent], "enrolment")
        self.trajectories = {row["id"]: row for row in rows[Trajectory]}
        self.talks = defaultdict(list)
        for talk in rows[Session]:
            self.talks[self.trajectories[talk["trajectory"]]["enrolment"]].append(talk)
        self.referrals = grouped(rows[Referral], "enrolment")
        self.themes = grouped(rows[EnrolmentTheme], "enrolment")

    # -- what was so

    def seen(self, day: date) -> bool:
        return day <= self.scope.reference_date

    def in_period(self, day: date) -> bool:
        return self.scope.period.first_day <= day <= self.scope.period.last_day

    def status(self, enrolment: int) -> str:
        known = [event for event in self.events[enrolment] if self.seen(local_day(event["at"]))]
        return max(known, key=lambda event: event["at"])["status"] if known else "confirmed"

    def held(self, enrolment: int, *kinds: str) -> bool:
        return any(
            talk["status"] == "held" and talk["kind"] in kinds and self.seen(local_day(talk["starts_at"]))
            for talk in self.talks[enrolment]
        )

    def seen_referrals(self, enrolment: int) -> list[Row]:
        return [row for row in self.referrals[enrolment] if self.seen(row["referred_on"])]

    def handovers(self, enrolment: int, *classes: str) -> list[Row]:
        return [
            row
            for row in self.seen_referrals(enrolment)
            if row["kind"] == "warm_handover"
            and row["consent"]
            and self.seen(row["sent_on"] or row["referred_on"])
            and (row["status"] in ("sent", "arrived") or (row["status"] == "not_arrived" and self.fails_later(row)))
            and (not classes or row["destination_class"] in classes)
        ]

    def fails_later(self, referral: Row) -> bool:
        return referral["settled_on"] is not None and not self.seen(referral["settled_on"])

    # -- whom it is about

    def cohort(self) -> list[Row]:
        return [
            {**row, "moment": row["enrolled_at"]}
            for row in self.rows[Enrolment]
            if row["programme"] == self.scope.programme
            and self.in_period(local_day(row["enrolled_at"]))
            and self.status(row["id"]) != "duplicate"
        ]

    def persons(self) -> list[list[Row]]:
        """The enrolments of every person, the first one first."""
        people: dict[object, list[Row]] = defaultdict(list)
        for row in self.cohort():
            people[row["participant"] or ("alone", row["id"])].append(row)
        return [sorted(rows, key=lambda row: (row["enrolled_at"], row["id"])) for rows in people.values()]

    def events_of(self, table: type, moment: str) -> list[tuple[Row, Row]]:
        """Rows of trajectories that count by their own day, each with its enrolment."""
        found = []
        for row in self.rows[table]:
            trajectory = row if table is Trajectory else self.trajectories[row["trajectory"]]
            counts = trajectory["programme"] == self.scope.programme and row[moment] is not None
            if counts and self.status(trajectory["enrolment"]) != "duplicate":
                day = local_day(row[moment])
                if self.in_period(day) and self.seen(day):
                    found.append((row, {**self.by_id[trajectory["enrolment"]], "moment": row[moment]}))
        return found

    # -- the counters

    def people(self) -> dict[str, list[Row]]:
        """Per counter the enrolments that stand for what is counted."""
        found: dict[str, list[Row]] = defaultdict(list)
        for rows in self.persons():
            ids = [row["id"] for row in rows]
            for counter, times in self.of_person(ids).items():
                found[counter] += [rows[0]] * times
        for row in self.cohort():
            for counter in self.of_enrolment(row):
                found[counter].append(row)
        return found

    def of_person(self, ids: list[int]) -> dict[str, int]:
        states = {self.status(id) for id in ids}
        supported = any(self.held(id, "intro", "talk") for id in ids)
        handed = sum(len(self.handovers(id, "trauma")) for id in ids)
        counters = {"T01": 1, "T02": int(bool(states & OPEN)), "T03": int(supported), "T04": int(not supported)}
        if not supported:
            counters[self.ending(ids, states)] = 1
        if handed:
            counters |= {"T05": 1, "T07" if supported else "T06": 1, "T08": handed}
        if any(self.seen_referrals(id) for id in ids):
            counters["T08b"] = 1
        return counters

    def ending(self, ids: list[int], states: set[str]) -> str:
        if any(self.handovers(id) for id in ids) or "handed_over" in states:
            return "T04a"
        for state, counter in (("withdrawn", "T04b"), ("unreachable", "T04c"), ("out_of_scope", "T04d")):
            if state in states:
                return counter
        return "T04f" if states & {"completed", "stopped"} else "T04e"

    def of_enrolment(self, row: Row) -> Iterable[str]:
        yield from ("T01b", "I01")
        if row["origin"] == "contact_point":
            yield "C01"
        entered = self.held(row["id"], "intro", "talk", "workshop")
        if local_day(row["enrolled_at"]) <= self.scope.reference_date - timedelta(days=90):
            yield from ("I05.of", *(["I05"] if entered else []))
        if entered:
            yield "I02"
        elif self.status(row["id"]) in OPEN:
            yield "I04"
        else:
            yield from ("I06", f"I06.{row['close_reason'] or self.status(row['id'])}")

    def offer(self) -> dict[str, list[Row]]:
        found: dict[str, list[Row]] = defaultdict(list)
        for row, enrolment in self.events_of(Trajectory, "closed_at"):
            found["T15"].append(enrolment)
            found[f"T15.{row['close_reason'] or row['status']}"].append(enrolment)
        counters = {"intro": "A01", "talk": "A01", "workshop": "A02", "test": "A03", "other": "A04"}
        for row, enrolment in self.events_of(Session, "starts_at"):
            if row["status"] == "held":
                found[counters[row["kind"]]].append(enrolment)
                found[f"{counters[row['kind']]}.{row['funding']}"].append(enrolment)
            if row["status"] in ("held", "no_show"):
                found["T16.of"].append(enrolment)
            if row["status"] == "no_show":
                found["T16"].append(enrolment)
        return found

    def contacts(self) -> dict[str, list[Row]]:
        found: dict[str, list[Row]] = defaultdict(list)
        known = set()
        for row, enrolment in sorted(
            self.events_of(Trajectory, "matched_at"), key=lambda pair: (pair[0]["matched_at"], pair[0]["id"])
        ):
            person = row["participant"] or ("alone", row["enrolment"])
            if person in known:
                continue
            known.add(person)
            found["T14.of"].append(enrolment)
            contact = row["first_contact_at"]
            if contact and self.seen(local_day(contact)) and contact <= contact_deadline(row["matched_at"], 1):
                found["T14"].append(enrolment)
        return found

    def hours(self) -> float | None:
        known, waits = set(), []
        for row, enrolment in sorted(
            self.events_of(Trajectory, "matched_at"), key=lambda p: (p[0]["matched_at"], p[0]["id"])
        ):
            person = row["participant"] or ("alone", row["enrolment"])
            contact = row["first_contact_at"]
            if person not in known and contact and self.seen(local_day(contact)):
                waits.append((contact - enrolment["enrolled_at"]) // timedelta(minutes=1) / 60)
            known.add(person)
        return median(waits) if waits else None

    def journeys(self) -> dict[str, list[Row]]:
        """Per stage the enrolments that came so far; each with how long that took."""
        found: dict[str, list[Row]] = defaultdict(list)
        for row in self.cohort():
            for counter, took in self.of_journey(row).items():
                found[counter].append({**row, "took": took})
        return found

    def of_journey(self, row: Row) -> dict[str, float | None]:
        trajectory = next((t for t in self.trajectories.values() if t["enrolment"] == row["id"]), {})
        contact, closed = trajectory.get("first_contact_at"), trajectory.get("closed_at")
        talks = [
            local_day(talk["starts_at"])
            for talk in self.talks[row["id"]]
            if talk["status"] == "held"
            and talk["kind"] in ("intro", "talk")
            and self.seen(local_day(talk["starts_at"]))
        ]
        stages: dict[str, float | None] = {"F01": None}
        if contact and self.seen(local_day(contact)):
            stages["F02"] = (contact - row["enrolled_at"]) // timedelta(minutes=1) / 60
        if talks:
            stages |= {"F02": stages.get("F02"), "F03": (min(talks) - local_day(row["enrolled_at"])).days}
            if closed and self.seen(local_day(closed)):
                stages["F04"] = (local_day(closed) - local_day(row["enrolled_at"])).days
                answered = [i for i in self.rows[EvaluationInvitation] if i["trajectory"] == trajectory["id"]]
                stages |= {"F05": None} if answered and answered[0]["answered"] else {}
        elif self.status(row["id"]) not in OPEN:
            stages |= {"F06": None, f"F06.{row['close_reason'] or self.status(row['id'])}": None}
        return stages

    def coaches(self) -> dict[str, int]:
        first, last, day = self.scope.period.first_day, self.scope.period.last_day, self.scope.reference_date
        until = day if first <= day <= last else last
        talked = {
            row["coach"]
            for row, _ in self.events_of(Session, "starts_at")
            if row["status"] == "held" and row["kind"] in ("intro", "talk")
        }
        found: dict[str, int] = defaultdict(int)
        for coach in self.rows[Coach]:
            since, gone = coach["available_from"], coach["withdrawn_on"]
            if (
                self.scope.programme not in coach["programmes"]
                or since is None
                or since > until
                or (gone and gone < first)
            ):
                continue
            withdrew = bool(gone and first <= gone <= day)
            blocked = bool(coach["blocked_on"] and coach["blocked_on"] <= day)
            found["T09"] += 1
            found["T10"] += withdrew
            found["T09.blocked"] += blocked and not withdrew
            found["T12"] += coach["id"] in talked
            if not withdrew and not blocked:
                found["T11"] += 1
                found["T11.paused"] += coach["status"] == "paused"
                found["T13"] += self.scope.programme == "ecz" and coach["continued_to"] == "sta_sterker"
        return found

    def evaluations(self) -> dict[str, list[Row]]:
        found: dict[str, list[Row]] = defaultdict(list)
        for row in filter(self.of_months, self.rows[EvaluationInvitation]):
            if self.seen(local_day(row["invited_at"])):
                found["E01.of"].append(row)
                found["E01"] += [row] * row["answered"]
        for row in filter(self.of_months, self.rows[EvaluationAnswer]):
            for counter, times in self.of_answer(row).items():
                found[counter] += [row] * times
        return found

    def of_months(self, row: Row) -> bool:
        """Every month that the period touches, but January 2021 of Extra coaching belongs to 2020 alone."""
        months = {(month.year, month.month) for month in self.scope.period.months}
        if (self.scope.programme, self.scope.period.first_day) == ("ecz", date(2021, 1, 6)):
            months.remove((2021, 1))
        month = row["closed_month"]
        return row["programme"] == self.scope.programme and (month.year, month.month) in months

    def of_answer(self, row: Row) -> dict[str, int]:
        counters = {}
        for counter, column in (("E02", "trajectory_grade"), ("E02b", "coach_grade")):
            if row[column] is not None:
                counters |= {f"{counter}.of": 1, counter: row[column]}
        if row["recommend"] is not None:
            counters |= {"E04.of": 1, "E04.for": row["recommend"] >= 9, "E04.against": row["recommend"] <= 6}
        for pair in filter(None, row["answers"].split(";")):
            statement, agreement = pair.split(":")
            if agreement != "na":
                counters |= {f"E03.{statement}.of": 1, f"E03.{statement}": agreement in "45"}
        return counters

    def by(self, keys: Callable[[Row], Iterable[str]]) -> dict[str, dict[str, int]]:
        """How often every counter occurs in every group; `keys` are the groups that a row belongs to."""
        result: dict[str, dict[str, int]] = defaultdict(lambda: defaultdict(int))
        for found in (self.people(), self.journeys(), self.offer(), self.contacts()):
            for counter, rows in found.items():
                for row in rows:
                    for key in keys(row):
                        result[key][counter] += 1
        return result


def grouped(rows: Iterable[Row], name: str) -> dict[Any, list[Row]]:
    result: dict[Any, list[Row]] = defaultdict(list)
    for row in rows:
        result[row[name]].append(row)
    return result
