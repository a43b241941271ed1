"""The one mail about a calendar that cannot be read for a day; it does not say which."""

from datetime import datetime

from portal import outbox
from portal.i18n import N_
from portal.outside.models import OutsideCalendar


def post_trouble(calendar: OutsideCalendar, *, since: datetime, now: datetime) -> None:
    account = calendar.coach.account
    outbox.post(
        "outside/trouble",
        to=account.email,
        subject=N_("Please look at your page"),
        language=account.language,
        dedupe_key=f"outside/trouble:{calendar.public_id}:{since.isoformat()}",
        now=now,
        first_name=account.first_name,
        path="/coach/agenda",
    )
