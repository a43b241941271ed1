"""What we write about a handover: that there is something to look at, and a link. Never who, to whom, or why."""

from datetime import datetime

from portal import outbox
from portal.accounts.models import Account
from portal.handovers.models import Handover
from portal.handovers.rules import Step
from portal.i18n import DEFAULT, N_

NEWS = N_("Something new on your page")


def post_proposed(handover: Handover, *, now: datetime) -> None:
    person = handover.referral.enrolment.trajectory.participant
    _post_look(person, N_("There is a question for you on your page."), _mine(handover), handover, "proposed", now)


def post_sent(handover: Handover, *, now: datetime) -> None:
    person = handover.referral.enrolment.trajectory.participant
    _post_look(person, N_("There is news on your page."), _mine(handover), handover, "sent", now)


def post_answered(handover: Handover, step: Step, *, now: datetime) -> None:
    """To the coach, when the participant took this step."""
    _post_to_coach(handover, N_("There is an answer on your page."), f"answered:{step}", now)


def post_unread(handover: Handover, *, now: datetime) -> None:
    """Each link of it is told of once."""
    about = f"unread:{(handover.token_hash or '')[:16]}"
    _post_to_coach(handover, N_("Something that you sent was not read. See what you can do."), about, now)


def post_did_it_work(handover: Handover, *, now: datetime) -> None:
    """`ask_at` is the moment from which this was to be asked."""
    about = f"ask:{handover.ask_at:%Y-%m-%d}"
    _post_to_coach(handover, N_("Did it work? Say so on your page, also when it did not."), about, now)


def post_to_place(handover: Handover, *, token: str, now: datetime) -> None:
    """To the place: that somebody called about this, and where it can be read with the code."""
    outbox.post(
        "handovers/for_place",
        to=handover.address,
        subject=N_("A message is ready for you"),
        language=DEFAULT,
        dedupe_key=f"handover:{handover.public_id}:{(handover.token_hash or '')[:16]}",
        now=now,
        until=handover.link_expires_at,
        path=f"/bericht/{token}",
    )


def _mine(handover: Handover) -> str:
    return f"/mijn/vraag/{handover.public_id}"


def _post_to_coach(handover: Handover, sentence: str, about: str, now: datetime) -> None:
    coach = handover.referral.enrolment.trajectory.coach.account
    _post_look(coach, sentence, f"/coach/overdracht/{handover.public_id}", handover, about, now)


def _post_look(to: Account, sentence: str, path: str, handover: Handover, about: str, now: datetime) -> None:
    outbox.post(
        "handovers/look",
        to=to.email,
        subject=NEWS,
        language=to.language,
        dedupe_key=f"handover:{handover.public_id}:{about}",
        now=now,
        first_name=to.first_name,
        sentence=sentence,
        path=path,
    )
