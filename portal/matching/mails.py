"""Telling coach and participant that they belong together now."""

from datetime import datetime

from portal import outbox
from portal.i18n import N_
from portal.trajectories.models import Trajectory


def post_coupled(trajectory: Trajectory, *, now: datetime) -> None:
    """To the coach: somebody new, be in touch before then. To the participant: who, and until when to expect it."""
    coach, participant = trajectory.coach.account, trajectory.participant
    outbox.post(
        "matching/for_coach",
        to=coach.email,
        subject=N_("Something new on your page"),
        language=coach.language,
        dedupe_key=f"coupled-coach:{trajectory.public_id}:{trajectory.coach_id}",
        now=now,
        first_name=coach.first_name,
        due=trajectory.contact_due_at,
    )
    outbox.post(
        "matching/for_participant",
        to=participant.email,
        subject=N_("News about your registration"),
        language=participant.language,
        dedupe_key=f"coupled-participant:{trajectory.public_id}:{trajectory.coach_id}",
        now=now,
        first_name=participant.first_name,
        due=trajectory.contact_due_at,
    )
