"""Mails to coaches about their certificate."""

from datetime import datetime

from portal import outbox
from portal.coaches.models import Coach, Qualification
from portal.i18n import N_


def post_checked(coach: Coach, *, now: datetime) -> None:
    outbox.post(
        "coaches/checked",
        to=coach.account.email,
        subject=N_("Your certificate has been checked"),
        language=coach.account.language,
        dedupe_key=f"coach-checked:{coach.public_id}:{now.isoformat()}",
        now=now,
        name=coach.first_name,
        path="/coach/uren",
    )


def post_ending(qualification: Qualification, *, now: datetime) -> None:
    coach = qualification.coach
    outbox.post(
        "coaches/ending",
        to=coach.account.email,
        subject=N_("Your certificate ends soon"),
        language=coach.account.language,
        dedupe_key=f"certificate-ends:{coach.public_id}:{qualification.valid_until}",
        now=now,
        name=coach.first_name,
        until=qualification.valid_until,
        path="/coach/profiel",
    )
