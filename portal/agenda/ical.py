"""What a calendar fetches: every talk as the mails know it, with a title that betrays nothing."""

from datetime import timedelta
from typing import Any

from icalendar import Calendar, Event, Timezone

from portal import i18n
from portal.agenda.models import Feed
from portal.agenda.rules import AHEAD
from portal.clock import AMSTERDAM, local_day
from portal.sessions.mails import event_of
from portal.sessions.models import Session

LOOK_AGAIN = timedelta(hours=1)


def text_of(feed: Feed, talks: list[Session]) -> str:
    """The calendar, in its reader's language. No places, no addresses; first names only when a coach wants so."""
    with i18n.speaking(feed.account.language):
        calendar = Calendar()
        calendar.add("prodid", "-//Portal//Appointments//NL")
        calendar.add("version", "2.0")
        calendar.add("x-wr-calname", i18n.gettext("Appointments"))
        calendar.add("refresh-interval", LOOK_AGAIN, parameters={"value": "DURATION"})
        calendar.add("x-published-ttl", "PT1H")
        for talk in talks:
            calendar.add_component(_event(feed, talk))
        if not talks:  # A calendar with nothing in it is none, says the standard.
            calendar.add_component(_zone(feed))
        text: str = calendar.to_ical().decode()
    return text


def _event(feed: Feed, talk: Session) -> Event:
    changed_at = max(filter(None, (talk.booked_at, talk.told_at, talk.outcome_at)))
    event = event_of(talk, _title(feed, talk))
    event.add("dtstamp", changed_at)
    event.add("last-modified", changed_at)
    return event


def _title(feed: Feed, talk: Session) -> str:
    if feed.shows_names and talk.participant is not None:
        return i18n.gettext("Appointment with %(name)s", name=talk.participant.first_name)
    return i18n.gettext("Appointment")


def _zone(feed: Feed) -> Any:
    day = local_day(feed.made_at)
    return Timezone.from_tzid(str(AMSTERDAM), first_date=day, last_date=day + AHEAD)
