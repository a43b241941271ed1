"""Everything we hold of a participant, in one place."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

import peewee

from portal.access import Actor
from portal.accounts import queries as accounts
from portal.accounts.models import Account
from portal.coaches.models import Coach
from portal.enrolments.models import Consent, Enrolment, EnrolmentTheme
from portal.enrolments.reach import readable_phone
from portal.enrolments.rules import Purpose
from portal.errors import NotFound
from portal.handovers import queries as handovers
from portal.i18n import gettext
from portal.programmes.codes import CallTime, Theme
from portal.referrals.models import Referral
from portal.regions import queries as regions
from portal.trajectories.models import FormerCoach, Trajectory


@dataclass(frozen=True)
class Contact:
    """How we reach somebody, as people write it."""

    first_name: str
    last_name: str
    email: str
    phone: str

    @property
    def name(self) -> str:
        return f"{self.first_name} {self.last_name}".strip()


@dataclass(frozen=True)
class EnrolmentFacts:
    """One enrolment with what was told and agreed, who the coaches were and where somebody was referred to."""

    enrolment: Enrolment
    region: str
    themes: list[EnrolmentTheme]
    consents: list[Consent]
    coaches: list[str]
    referrals: list[Referral]
    # The pages of handovers, by the number of the referral.
    handovers: dict[int, str]

    @property
    def theme_labels(self) -> list[str]:
        chosen = {row.theme for row in self.themes}
        return [gettext(theme.label) for theme in Theme if theme in chosen]

    @property
    def call_times(self) -> list[str]:
        return [gettext(time.label) for time in CallTime if time in self.enrolment.call_times]

    @property
    def withdrawable(self) -> list[Consent]:
        """What can be taken back now; that the privacy page was read is a fact, not a permission."""
        return [c for c in self.consents if c.withdrawn_at is None and c.purpose != Purpose.READ_PRIVACY]

    @property
    def withdrawn(self) -> list[Consent]:
        return [c for c in self.consents if c.withdrawn_at is not None]


def contact_of(actor: Actor) -> Contact:
    account = accounts.account(actor.account_id or 0)
    return Contact(
        first_name=account.first_name,
        last_name=account.last_name,
        email=account.email,
        phone=readable_phone(account.phone) if account.phone else "",
    )


def own_enrolment(actor: Actor, public_id: str) -> Enrolment:
    """An enrolment of the participant who asks, whatever else they may see; raises NotFound otherwise."""
    found = _own(actor).where(Enrolment.public_id == public_id).first()
    if found is None:
        raise NotFound
    return found


def enrolments_of(actor: Actor, today: date) -> list[EnrolmentFacts]:
    """Every enrolment of this participant, newest first. Eight queries, however many there are."""
    own = list(_own(actor).order_by(Enrolment.id.desc()))
    names = regions.region_names(today)
    themes = _by_enrolment(_rows_of(own, EnrolmentTheme))
    consents = _by_enrolment(_rows_of(own, Consent))
    referrals = _by_enrolment(_rows_of(own, Referral))
    coaches = _coach_names(own)
    pages = handovers.pages_of(actor)
    return [
        EnrolmentFacts(
            enrolment=enrolment,
            region=names.get(enrolment.region_id, ""),
            themes=themes[enrolment.id],
            consents=consents[enrolment.id],
            coaches=coaches[enrolment.id],
            referrals=referrals[enrolment.id],
            handovers=pages,
        )
        for enrolment in own
    ]


def _own(actor: Actor) -> peewee.ModelSelect:
    return Enrolment.select().where(Enrolment.participant == actor.account_id, Enrolment.participant.is_null(False))


def _rows_of(own: list[Enrolment], table: Any) -> peewee.ModelSelect:
    return table.select().where(table.enrolment.in_([enrolment.id for enrolment in own])).order_by(table.id)


def _by_enrolment(rows: Iterable[Any]) -> dict[int, list[Any]]:
    sorted_out: dict[int, list[Any]] = defaultdict(list)
    for row in rows:
        sorted_out[row.enrolment_id].append(row)
    return sorted_out


def _coach_names(own: list[Enrolment]) -> dict[int, list[str]]:
    """The coach somebody has or had last, then those before, by enrolment id."""
    ids = [enrolment.id for enrolment in own]
    now = (
        Trajectory.select(Trajectory.enrolment, Account.first_name, Account.last_name)
        .join_from(Trajectory, Coach)
        .join_from(Coach, Account)
        .where(Trajectory.enrolment.in_(ids))
    )
    before = (
        FormerCoach.select(Trajectory.enrolment, Account.first_name, Account.last_name)
        .join_from(FormerCoach, Trajectory)
        .join_from(FormerCoach, Coach)
        .join_from(Coach, Account)
        .where(Trajectory.enrolment.in_(ids))
        .order_by(FormerCoach.id.desc())
    )
    names: dict[int, list[str]] = defaultdict(list)
    for enrolment_id, first_name, last_name in [*now.tuples().execute(), *before.tuples().execute()]:
        names[enrolment_id].append(f"{first_name} {last_name}".strip())
    return names
