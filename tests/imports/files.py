"""Files of the contract, made up: lines as dicts, written as CSV, and the 2020 of which every figure was published."""

import csv
import io
from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from pathlib import Path

from portal.imports.rules import COLUMNS, FileName
from portal.programmes.codes import Branch

Line = Mapping[str, object]
COACH = {"ref": "c1", "name": "Bram de Vries", "programmes": "sijw;ecz", "available_from": "2020-01-01"}
ENROLMENT = {"ref": "e1", "programme": "ecz", "enrolled_at": "2020-05-01 09:00", "region": "RA0205"}
SESSION = {
    "ref": "s1",
    "enrolment": "e1",
    "coach": "c1",
    "kind": "talk",
    "starts_at": "2020-05-04 10:00",
    "minutes": "60",
    "status": "held",
    "funding": "plus",
}
REFERRAL = {
    "ref": "r1",
    "enrolment": "e1",
    "kind": "warm_handover",
    "destination_class": "trauma",
    "consent": "yes",
    "status": "arrived",
    "on": "2020-05-20",
}
EVALUATION = {"programme": "ecz", "region": "RA0205", "closed_month": "2020-06", "answered": "yes"}
PUBLISHED = {
    "counter": "T05",
    "programme": "ecz",
    "period_from": "2020-04-15",
    "period_to": "2021-01-05",
    "reference_date": "2021-01-05",
    "value": "41",
    "qualifier": "exact",
    "source": "Jaaroverzicht 2020",
}
USUAL: Mapping[FileName, Line] = dict(
    zip(FileName, (COACH, ENROLMENT, SESSION, REFERRAL, EVALUATION, PUBLISHED), strict=True)
)


def content(name: FileName, lines: Iterable[Line]) -> bytes:
    """The file, in which what a line leaves out is empty."""
    written = io.StringIO()
    table = csv.DictWriter(written, COLUMNS[name], restval="", lineterminator="\n")
    table.writeheader()
    table.writerows(lines)
    return written.getvalue().encode()


def files(**lines: Line | Iterable[Line]) -> dict[FileName, bytes]:
    """`files(enrolments=[{...}])`: every line is the usual one with what it says itself."""
    made = {}
    for word, given in lines.items():
        name = FileName(f"{word}.csv")
        several = [given] if isinstance(given, Mapping) else given
        made[name] = content(name, [{**USUAL[name], **line} for line in several])
    return made


def store(folder: Path, made: Mapping[FileName, bytes]) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    for name, written in made.items():
        (folder / name).write_bytes(written)
    return folder


# -- 2020

FIRST_DAY = date(2020, 4, 15)
BRANCHES = ["", *Branch]


def made_up_2020(regions: list[str]) -> dict[FileName, bytes]:
    """23 people handed over without a talk, 188 with one to three talks; 18 of these handed over, 3 of them twice."""
    coaches = [_coach_of_2020(number) for number in range(2184)]
    enrolments, sessions, referrals = [], [], []
    for number in range(211):
        day = FIRST_DAY + timedelta(days=number)
        enrolments.append(_enrolment_of_2020(number, day, regions))
        handovers = 1 if number < 41 else 0
        if number >= 23:
            sessions += _talks(f"e{number}", f"c{100 + (number - 23) % 185}", day, 1 + number % 3)
            handovers += number < 26
        referrals += [_referral(f"r{number}-{n}", number, day + timedelta(days=14), {}) for n in range(handovers)]
        if number >= 181:
            advice = {"kind": "advice", "destination_class": "medical", "destination": "huisarts", "status": "given"}
            referrals.append(_referral(f"a{number}", number, day + timedelta(days=9), {**advice, "consent": ""}))
    return files(coaches=coaches, enrolments=enrolments, sessions=sessions, referrals=referrals, published=TOLD)


def _coach_of_2020(number: int) -> Line:
    gone = {"withdrawn_on": "2020-10-01", "withdrawn_reason": "no_time"} if number < 78 else {}
    stays = {"continued_to": "sta_sterker"} if 78 <= number < 775 else {}
    return {
        "ref": f"c{number}",
        "name": f"Coach {number}",
        "email": f"coach{number}@example.org",
        "available_from": "2020-04-15",
        **gone,
        **stays,
    }


def _enrolment_of_2020(number: int, day: date, regions: list[str]) -> Line:
    place = {"region": regions[number * 7 % 28]} if number % 2 else {"region": "", "pc4": "7511"}
    return {
        "ref": f"e{number}",
        "enrolled_at": f"{day} 09:00",
        **place,
        "branch": BRANCHES[number % 12],
        "themes": ";".join(["stress", "balance"][: number % 3]),
        "first_name": "Anna",
        "email": f"p{number}@example.org" if number % 3 else "",
        "matched_at": f"{day} 09:00" if number >= 23 else "",
        "first_contact_at": f"{day + timedelta(days=1)} 05:00" if number >= 23 else "",
    }


def _talks(enrolment: str, coach: str, day: date, number: int) -> list[Line]:
    return [
        {
            "ref": f"{enrolment}-{n}",
            "enrolment": enrolment,
            "coach": coach,
            "starts_at": f"{day + timedelta(days=1 + n)} 09:00",
        }
        for n in range(number)
    ]


def _referral(ref: str, number: int, day: date, told: Line) -> Line:
    return {"ref": ref, "enrolment": f"e{number}", "on": f"{day}", **told}


TOLD: list[Line] = [
    {"counter": "T01", "value": "211"},
    {"counter": "T03", "value": "188"},
    {"counter": "T05", "value": "41"},
    {"counter": "T05", "value": "23", "source": "Jaaroverzicht 2020, onderdeel 13"},
    {"counter": "T09", "value": "2184"},
    {"counter": "T10", "value": "78"},
    {"counter": "T13", "value": "700", "qualifier": "bijna"},
]


# -- Sterk in je werk, in which 88% enter

ALL, ENTERED = 43_835, 38_575


def cohort(number: int = ALL) -> dict[FileName, bytes]:
    """So many sign-ups of which 88.0% have a held talk, every second of them two; in the ratio of the published 88%."""
    entered = number * ENTERED // ALL
    coaches = [{"ref": f"c{n}", "name": f"Coach {n}", "email": f"coach{n}@example.org"} for n in range(400)]
    enrolments, sessions = [], []
    for n in range(number):
        day = date(2018, 1, 1) + timedelta(days=n % 1400)
        status = {"status": "completed", "reason": "goal_reached"} if n < entered else {"status": "withdrawn"}
        enrolments.append(
            {
                "ref": f"e{n}",
                "programme": "sijw",
                "enrolled_at": f"{day} 09:00",
                "region": "",
                "pc4": str(1000 + n % 8999),
                "branch": BRANCHES[n % 12],
                "themes": "stress" if n % 5 == 0 else "",
                "first_name": "Anna",
                "last_name": "de Vries",
                "email": f"p{n}@example.org",
                "status_on": f"{day + timedelta(days=60)}",
                "matched_at": f"{day} 12:00" if n < entered else "",
                "first_contact_at": f"{day + timedelta(days=1)} 09:00" if n < entered else "",
                **status,
            }
        )
        if n < entered:
            sessions += [_talk_of_cohort(n, day, nth) for nth in range(1 + n % 2)]
    return files(coaches=coaches, enrolments=enrolments, sessions=sessions)


def _talk_of_cohort(n: int, day: date, nth: int) -> Line:
    """Every coach has a day of at most 16 half hours; nobody is in two places."""
    place = n // 1400
    return {
        "ref": f"s{n}-{nth}",
        "enrolment": f"e{n}",
        "coach": f"c{(n + place * 31) % 400}",
        "starts_at": f"{day + timedelta(days=3 + 7 * nth)} {8 + place % 14:02}:{30 * (place // 14 % 2):02}",
        "minutes": "30",
    }
