"""The numbers that a desk works with, and what they mean. They are exact: behind each stands a list of names."""

from dataclasses import dataclass

from portal.i18n import N_


@dataclass(frozen=True)
class Explained:
    """A number of a work list, by name and meaning. It is told where the figures are told, in the same words."""

    id: str
    name: str
    text: str
    version: int = 1


WORK_TITLE = N_("Work of the region")
WORK = (
    Explained(
        "W01",
        N_("New"),
        N_("Confirmed sign-ups of your region that nobody has taken on yet, at this moment."),
    ),
    Explained(
        "W02",
        N_("Waiting longer than 5 working days"),
        N_("People of your region without a coach, of whom the sign-up is more than 5 working days ago."),
    ),
    Explained(
        "W03",
        N_("Without a coach"),
        N_("All people of your region whose sign-up is open and who have no coach, at this moment."),
    ),
    Explained(
        "W04",
        N_("With a coach, no talk yet"),
        N_("People of your region who have a coach and had no talk with them yet, at this moment."),
    ),
    Explained(
        "W05",
        N_("How long people wait for a coach"),
        N_("The people without a coach, by the working days since their sign-up. Weekends and holidays do not count."),
    ),
    Explained(
        "K01",
        N_("Coaches with room"),
        N_("Coaches who work for your region, can be chosen today, and have fewer people than they have room for."),
    ),
    Explained(
        "K02",
        N_("Coaches without anybody"),
        N_("Coaches who work for your region, can be chosen today, and have nobody at this moment."),
    ),
)
