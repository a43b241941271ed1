"""The menu at the top of every page: what each person may go to, in the order of their work."""

from dataclasses import dataclass

from flask import current_app, request, url_for

from portal.access import Actor, declared_access
from portal.i18n import N_, gettext
from portal.pages import rules
from portal.pages.rules import Item

FOR_VISITORS = [
    Item("pages.start", N_("How it works"), anchor="how"),
    Item("pages.help_now", N_("Help now")),
    Item("accounts.sign_in", N_("Sign in")),
]
FOR_SIGNED_IN = [
    Item("mine.show", N_("My page")),
    Item("sessions.list_own", N_("Appointments")),
    Item("privacy.my_data", N_("My data")),
    Item("workday.today", N_("Today")),
    Item("coaches.profile", N_("My profile"), holds=("results.own",)),
    Item(
        "schedule.hours",
        N_("My hours"),
        holds=("schedule.extra", "schedule.absences", "bookingrules.terms", "whynot.own"),
    ),
    Item("destinations.directory", N_("Where to refer")),
    Item("desk.inbox", N_("To do")),
    Item("coaches.of_region", N_("Coaches")),
    Item("dashboard.region", N_("Overview")),
    Item("reports.region", N_("Figures"), holds=("results.region",)),
    Item("reports.national", N_("Figures"), holds=("results.national",)),
    Item("remarks.to_read", N_("Reactions")),
    Item("remarks.quotes", N_("Quotes")),
    Item("yearly.reports", N_("Reports"), holds=("yearly.make",)),
    Item("downloads.list_own", N_("Files")),
    Item("destinations.kept", N_("Where to refer")),
    Item("questionnaires.overview", N_("Questionnaires")),
    Item("imports.start", N_("Load")),
    Item("operations.mails", N_("Mail")),
    Item("operations.wall_clock", N_("Clock")),
    Item("accounts.sessions", N_("My account"), permission="second_factor.keep"),
    Item("accounts.sign_out", N_("Sign out"), sends=True),
]


@dataclass(frozen=True)
class Entry:
    """A line of the menu as the page shows it; `current` is the value of aria-current."""

    url: str
    label: str
    current: str
    sends: bool


def menu(actor: Actor) -> list[Entry]:
    items = rules.visible(FOR_SIGNED_IN if actor.signed_in else FOR_VISITORS, actor, _access_of)
    pages = {url_for(endpoint): item for item in items if not item.anchor for endpoint in (item.endpoint, *item.holds)}
    place = rules.current_place(list(pages), request.path)
    return [_entry(item, here=place is not None and pages[place] is item) for item in items]


def _entry(item: Item, *, here: bool) -> Entry:
    path = url_for(item.endpoint)
    return Entry(
        url=url_for(item.endpoint, _anchor=item.anchor),
        label=gettext(item.label),
        current=("page" if path == request.path else "true") if here else "",
        sends=item.sends,
    )


def _access_of(endpoint: str) -> str | None:
    return declared_access(current_app, endpoint) if endpoint in current_app.view_functions else None
