"""The words to begin with: the least that a place needs to be in touch, and nothing of what was talked about."""

from portal import i18n
from portal.destinations.models import Destination
from portal.enrolments.reach import readable_phone
from portal.i18n import gettext
from portal.programmes.codes import CallTime, DestinationClass
from portal.trajectories.models import Trajectory


def to_begin_with(trajectory: Trajectory, place: Destination) -> str:
    """Name, how to reach them, one neutral sentence and when to call; in Dutch, for who reads it there."""
    person, enrolment = trajectory.participant, trajectory.enrolment
    with i18n.speaking("nl"):
        lines = [gettext("Name: %(name)s", name=person.name)]
        if person.phone:
            lines.append(gettext("Phone: %(phone)s", phone=readable_phone(person.phone)))
        lines.append(gettext("E-mail: %(email)s", email=person.email))
        times = [i18n.uncapital(gettext(time.label)) for time in CallTime if time in enrolment.call_times]
        if times:
            lines.append(gettext("Calling is best in the: %(times)s", times=", ".join(times)))
        sentence = (
            gettext("I would like to be in touch about a shocking event at work.")
            if place.destination_class == DestinationClass.TRAUMA
            else gettext("I would like to be in touch with you.")
        )
        return "\n".join([*lines, sentence])
