"""Everything we hold of a participant, in one place."""

from dataclasses import dataclass

from portal.access import Actor
from portal.accounts import queries as accounts
from portal.accounts.models import Account
from portal.enrolments import queries as enrolments
from portal.enrolments.models import Consent, Enrolment
from portal.enrolments.rules import Purpose
from portal.i18n import gettext
from portal.programmes.codes import Theme


@dataclass(frozen=True)
class EnrolmentFacts:
    """One enrolment with what was told and agreed."""

    enrolment: Enrolment
    themes: list[Theme]
    consents: list[Consent]

    @property
    def theme_labels(self) -> list[str]:
        return [gettext(theme.label) for theme in self.themes]

    @property
    def withdrawable(self) -> list[Consent]:
        """What can be taken back now; that the privacy page was read is a fact, not a permission."""
        return [c for c in self.consents if c.withdrawn_at is None and c.purpose != Purpose.READ_PRIVACY]


def account_of(actor: Actor) -> Account:
    return accounts.account(actor.account_id or 0)


def enrolments_of(actor: Actor) -> list[EnrolmentFacts]:
    """Every enrolment of this participant, newest first."""
    own = Enrolment.select().where(Enrolment.participant == actor.account_id).order_by(Enrolment.id.desc())
    return [EnrolmentFacts(e, enrolments.themes_of(e), enrolments.consents_of(e)) for e in own]
