"""What a coach fills in about advice and about urgent help."""

from collections.abc import Iterable
from datetime import date
from functools import partial
from typing import Self, cast

from wtforms import RadioField, SelectField
from wtforms.validators import InputRequired

from portal.destinations import queries as destinations
from portal.destinations.models import Destination
from portal.forms import DayField, Form, choices_of
from portal.i18n import gettext
from portal.i18n import lazy_gettext as _l
from portal.programmes.codes import DestinationClass, labels
from portal.referrals.rules import DESTINATIONS, UrgentChannel, check_day


def place_groups(places: Iterable[Destination]) -> dict[str, list[tuple[str, str]]]:
    """The places to choose from by kind of help, without urgent help; they come in that order."""
    return {
        gettext(kind.label): [(place.public_id, place.name) for place in group]
        for kind, group in destinations.by_kind(places)
        if kind in DESTINATIONS
    }


class OnADayForm(Form):
    """About something that happened on a day between signing up and today."""

    enrolled_on: date
    today: date
    referred_on: DayField

    @classmethod
    def of(cls, enrolled_on: date, today: date) -> Self:
        form = cls(data={"referred_on": today})
        form.enrolled_on, form.today = enrolled_on, today
        return form

    def check_rules(self) -> None:
        self.obey(partial(check_day, enrolled_on=self.enrolled_on, today=self.today), self.referred_on)

    @property
    def day(self) -> date:
        return cast(date, self.referred_on.data)


class AdviceForm(OnADayForm):
    place = SelectField(_l("Which place did you name?"), [InputRequired(_l("Choose the place that you named."))])
    referred_on = DayField(_l("On which day?"), [InputRequired(_l("Fill in the day on which it happened."))])
    places: dict[str, Destination]

    def offer(self, places: Iterable[Destination]) -> None:
        """The places of the directory, and below them what stands in no list, by kind of help."""
        self.places = {place.public_id: place for place in places}
        others = [(kind, gettext(label)) for kind, label in labels(DESTINATIONS).items()]
        self.place.choices = {
            "": [("", gettext("Choose a place"))],
            **place_groups(self.places.values()),
            gettext("Another place"): others,
        }

    @property
    def destination_class(self) -> DestinationClass:
        known = self.places.get(self.place.data)
        return known.destination_class if known else DestinationClass(self.place.data)

    @property
    def destination_name(self) -> str:
        known = self.places.get(self.place.data)
        return known.name if known else ""


class UrgentForm(OnADayForm):
    channel = RadioField(
        _l("Whom did you call?"),
        [InputRequired(_l("Choose whom you called."))],
        choices=choices_of(labels(UrgentChannel)),
    )
    referred_on = DayField(_l("On which day?"), [InputRequired(_l("Fill in the day on which it happened."))])
