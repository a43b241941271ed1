"""How a participant comes to a talk, signed in or by the link in a mail, and where everything about it stands."""

from dataclasses import dataclass

from flask import url_for

from portal.access import Actor, current_actor
from portal.sessions import queries
from portal.sessions.models import Session


@dataclass(frozen=True)
class Way:
    """How somebody came to a talk, signed in or by the link in a mail, and where everything about it stands."""

    actor: Actor
    show: str
    move: str
    cancel: str
    token: str = ""

    def confirm(self, hold_id: str) -> str:
        if self.token:
            return url_for("holds.confirm_by_link", token=self.token, public_id=hold_id)
        return url_for("holds.confirm", public_id=hold_id)


def signed_in(session: Session) -> Way:
    key = session.public_id
    return Way(
        current_actor(),
        url_for("sessions.show", public_id=key),
        url_for("holds.move", public_id=key),
        url_for("sessions.cancel", public_id=key),
    )


def by_link(session: Session, token: str) -> Way:
    return Way(
        queries.actor_of_link(session),
        url_for("sessions.show_by_link", token=token),
        url_for("holds.move_by_link", token=token),
        url_for("sessions.cancel_by_link", token=token),
        token,
    )
