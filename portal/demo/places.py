"""Made-up places to refer to, one of them checked too long ago, who is on duty, and how a handover to one went."""

from datetime import UTC, date, datetime, time, timedelta

from portal.access import Actor, Role
from portal.clock import AMSTERDAM, local_day
from portal.coaches.models import Coach
from portal.demo.rules import TWENTE, ZUID_LIMBURG
from portal.destinations import actions as destinations
from portal.destinations.models import Destination
from portal.destinations.rules import Duty, Facts
from portal.handovers import actions as handovers
from portal.handovers import words
from portal.handovers.queries import of_trajectory as handovers_of
from portal.handovers.rules import Way
from portal.programmes.calendar import is_working_day
from portal.programmes.codes import DestinationClass
from portal.referrals.rules import ReferralStatus
from portal.trajectories import queries as trajectories
from portal.trajectories.models import Trajectory

DAY, HOUR = timedelta(days=1), timedelta(hours=1)
NATIONAL = Facts(
    name="Nazorg voor zorgmedewerkers",
    destination_class=DestinationClass.TRAUMA,
    for_what="Ingrijpende gebeurtenissen op het werk.",
    how_in="Bellen of mailen. Ook voor leidinggevenden.",
    phone="088 000 0000",
    email="nazorg@example.org",
    hours="Op werkdagen van 8.30 tot 17 uur",
    usual_days=3,
)
# With how many days ago somebody checked it; the second one has to be checked again.
OF_TWENTE = [
    (
        Facts(
            name="Bedrijfsmaatschappelijk werk Twente",
            destination_class=DestinationClass.WORK,
            region=TWENTE,
            for_what="Spanning op het werk, en thuis als dat daarbij hoort.",
            how_in="De coach meldt aan, of de deelnemer belt zelf.",
            phone="053 000 0000",
            email="aanmelden@bmw-twente.example.org",
            hours="Op werkdagen van 9 tot 17 uur",
            usual_days=2,
        ),
        40,
    ),
    (
        Facts(
            name="Mantelzorgsteunpunt Twente",
            destination_class=DestinationClass.LIFE,
            region=TWENTE,
            for_what="Werken en zorgen voor iemand thuis.",
            how_in="Bellen, of binnenlopen op dinsdag.",
            phone="053 000 0001",
        ),
        230,
    ),
]
BACKUPS = {
    TWENTE: [("Anneke Brinkhuis", "053 000 0010", -2), ("Piet Wessels", "053 000 0011", 5)],
    ZUID_LIMBURG: [("Marjo Lemmens", "043 000 0010", -4)],
}
A_WEEK = 6 * DAY


def make_places(keepers: dict[str, int], rik: int, *, now: datetime) -> None:
    """`keepers` are the accounts that keep a region, `rik` keeps the places of the whole country."""
    today = local_day(now)
    national = Actor(account_id=rik, roles=frozenset({Role.NATIONAL}))
    destinations.add_destination(national, NATIONAL, checked_on=today - 20 * DAY)
    for region, account in keepers.items():
        keeper = Actor(account_id=account, roles=frozenset({Role.REGION_ADMIN}), regions=frozenset({region}))
        for name, phone, begins in BACKUPS[region]:
            first = today + begins * DAY
            destinations.set_backup(keeper, Duty(region, name, phone, first, first + A_WEEK), now=now)
        for facts, days_ago in OF_TWENTE if region == TWENTE else []:
            destinations.add_destination(keeper, facts, checked_on=today - days_ago * DAY)


def _place(name: str) -> Destination:
    found: Destination = Destination.get(Destination.name == name)
    return found


def working_morning(day: date, step: timedelta) -> datetime:
    """Ten o'clock of this day, or of the nearest working day in the direction of the step."""
    while not is_working_day(day):
        day += step
    return datetime.combine(day, time(10), AMSTERDAM).astimezone(UTC)


def propose_to_noor(coach: Actor, trajectory: Trajectory, *, before: date) -> None:
    """On the last working day before this one. She has not answered yet."""
    when = working_morning(before - DAY, -DAY)
    place = _place(OF_TWENTE[0][0].name)
    told = words.to_begin_with(trajectory, place)
    handovers.propose(coach, trajectory=trajectory, place=place, way=Way.MAIL, words=told, now=when)


def hand_over(coach: Actor, participant: Actor, trajectory: Trajectory, *, since: date) -> datetime:
    """For trauma care, on the first working day from this one, approved and told by phone within that day; there was
    contact. Returns when."""
    when = working_morning(since, DAY)
    place = _place(NATIONAL.name)
    told = words.to_begin_with(trajectory, place)
    made = handovers.propose(coach, trajectory=trajectory, place=place, way=Way.PHONE, words=told, now=when)
    handovers.approve(participant, made, words=told, now=when + 2 * HOUR)
    handovers.tell_by_phone(coach, made, now=when + 3 * HOUR)
    handovers.settle(coach, made, ReferralStatus.ARRIVED, now=when + 5 * HOUR)
    return when + 5 * HOUR


def send_for(coach: Coach, *, before: date) -> None:
    """One of the people of this coach, by mail, on the last working day before this one; nobody has said yet whether
    it worked."""
    when = working_morning(before - DAY, -DAY)
    others = (t for t in trajectories.running_of_coach(coach) if not handovers_of(t) and t.first_contact_at)
    trajectory = next((t for t in others if t.first_contact_at < when), None)
    if trajectory is None:
        return
    keeper = Actor(account_id=coach.account_id, roles=frozenset({Role.COACH}))
    participant = Actor(account_id=trajectory.participant_id, roles=frozenset({Role.PARTICIPANT}))
    place = _place(NATIONAL.name)
    told = words.to_begin_with(trajectory, place)
    made = handovers.propose(keeper, trajectory=trajectory, place=place, way=Way.MAIL, words=told, now=when)
    handovers.approve(participant, made, words=told, now=when + 2 * HOUR)
    handovers.send_by_mail(keeper, made, now=when + 3 * HOUR)
