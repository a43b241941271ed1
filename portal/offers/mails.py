"""What we write about an offer: the time, until when, and a link."""

from datetime import datetime

from portal import outbox
from portal.i18n import N_
from portal.offers import queries
from portal.offers.models import Offer
from portal.offers.rules import Why

TEMPLATES = {Why.EARLIER: "offers/earlier", Why.STAND_IN: "offers/stand_in"}
SUBJECTS = {Why.EARLIER: N_("An earlier time came free"), Why.STAND_IN: N_("About your appointment")}


def post_offer(offer: Offer, *, now: datetime) -> None:
    """To the participant; the link needs no signing in."""
    account = offer.session.participant
    outbox.post(
        TEMPLATES[offer.why],
        to=account.email,
        subject=SUBJECTS[offer.why],
        language=account.language,
        dedupe_key=f"offer:{offer.public_id}",
        now=now,
        first_name=account.first_name,
        starts_at=offer.starts_at,
        planned_at=offer.session.starts_at,
        expires_at=offer.expires_at,
        path=queries.link_to(offer),
    )
