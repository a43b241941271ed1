"""Making the made-up people through the portal's own actions, with the clock of the day it happened."""

from datetime import datetime, time, timedelta
from random import Random

from portal.access import REGION, Actor, Role
from portal.accounts import actions as accounts
from portal.accounts.models import Account
from portal.availability import actions as availability
from portal.availability.hours import Away, Window, stamp
from portal.clock import local_day
from portal.coaches import actions as coaches
from portal.coaches.actions import Proof
from portal.coaches.rules import CoachStatus, Profile, VideoBy
from portal.db import transaction
from portal.demo import history, lives, places, queries, reactions, registrations, rules
from portal.demo.queries import CAST
from portal.evaluations import actions as evaluations
from portal.outbox import Mail, MailStatus
from portal.programmes.codes import Branch, CoachWithdrawal, Mode, ProgrammeCode, Register, Theme
from portal.questionnaires import actions as questionnaires
from portal.questionnaires import queries as questionnaire_queries
from portal.questionnaires.rules import Kind, Occasion
from portal.regions import queries as regions
from portal.remarks import actions as remarks

DAY = timedelta(days=1)
HOURS = [(9, 12), (9, 16), (13, 17), (18, 21), (10, 15)]


def load(now: datetime, *, participants: int = rules.PARTICIPANTS, coaches: int = rules.COACHES) -> dict[str, int]:
    """Make everybody, relative to now, or nobody when it is broken off; returns how many of each."""
    postcodes = {code: regions.postcodes_in(code) for code in sorted(regions.region_names(local_day(now)))}
    people = [rules.noor(), *rules.participants(list(postcodes), participants)]
    with transaction():
        cast = {member.name: _cast_member(member, now - 120 * DAY) for member in CAST}
        make_coaches(postcodes, cast, coaches, now=now)
        keepers = {rules.TWENTE: cast["Wilma"].id, rules.ZUID_LIMBURG: cast["Otto"].id}
        places.make_places(keepers, cast["Rik"].id, now=now)
        crew = queries.crew()
        desks = {rules.TWENTE: desk_of(cast["Wilma"]), rules.ZUID_LIMBURG: desk_of(cast["Otto"])}
        for person in people:
            lives.live_through(person, crew, postcodes[person.region], desks.get(person.region, lives.A_DESK), now=now)
        history.live_earlier_years([coach.id for coach in crew.coaches], list(postcodes), now=now)
        _draft_a_questionnaire(cast["Rik"], now - DAY)
        places.send_for(crew.coaches[0], before=local_day(now) - 5 * DAY)
        evaluations.count_grades(now=now)
        remarks.gather()
        reactions.approve_some(keepers)
        _send_mails(now)
    registrations.send_in(cast["Rik"], now=now)
    history.lock_the_report(cast["Rik"], cast["Romy"], now=now)
    return {"coaches": coaches, "participants": len(people), "cast": len(CAST)}


def desk_of(account: Account) -> Actor:
    return Actor(account_id=account.id, roles=frozenset(REGION))


def _draft_a_questionnaire(account: Account, when: datetime) -> None:
    """National staff work on a next version, with a question of their own."""
    actor = Actor(account_id=account.id, roles=frozenset({Role.NATIONAL}))
    used_now = questionnaire_queries.in_use(ProgrammeCode.SIJW, Occasion.END)
    draft = questionnaires.copy(actor, used_now, now=when)
    questionnaires.add_question(actor, draft, kind=Kind.ONE, wording=rules.OWN_QUESTION)


def _send_mails(now: datetime) -> None:
    """What was written in the past was sent in the past: the worker starts with an empty desk."""
    Mail.update(status=MailStatus.SENT, sent_at=Mail.due_at).where(
        Mail.status == MailStatus.WAITING, Mail.due_at <= now
    ).execute()


def _cast_member(member: rules.Member, when: datetime) -> Account:
    account = accounts.open_account(
        address=member.email, first_name=member.name, last_name=member.last_name, phone="+31612345678", now=when
    )
    accounts.grant(account, member.role, member.region)
    return account


# -- the coaches


def make_coaches(postcodes: dict[str, list[int]], cast: dict[str, Account], number: int, *, now: datetime) -> None:
    """Bram and Chris, and others over all regions."""
    chance = Random(rules.SEED + 1)
    desk = desk_of(cast["Wilma"])
    for name, home in (("Bram", rules.TWENTE), ("Chris", rules.ZUID_LIMBURG)):
        _make_coach(chance, cast[name], home, postcodes[home], desk, CoachStatus.AVAILABLE, now)
    for made in range(number - 2):
        home = rules.coach_home(made, list(postcodes))
        account = accounts.open_account(
            address=f"coach.{made}@example.org",
            first_name=chance.choice(rules.FIRST_NAMES),
            last_name=chance.choice(rules.LAST_NAMES),
            now=now - 110 * DAY,
        )
        accounts.grant(account, Role.COACH, home)
        _make_coach(chance, account, home, postcodes[home], desk, rules.coach_status(made), now)


def _make_coach(
    chance: Random,
    account: Account,
    home: str,
    postcodes: list[int],
    desk: Actor,
    status: CoachStatus,
    now: datetime,
) -> None:
    """A profile, the desk's check, hours, and what the coach became since."""
    actor = Actor(account_id=account.id, roles=frozenset({Role.COACH}))
    coach = coaches.save_profile(actor, _profile(chance, home, postcodes), version=0, agrees="yes", now=now - 110 * DAY)
    _keep_hours(chance, actor, now)
    if status != CoachStatus.APPLIED:
        coaches.record_qualification(desk, coach, _proof(chance, now), now=now - 104 * DAY)
    if status == CoachStatus.PAUSED:
        coaches.pause(actor)
    if status == CoachStatus.WITHDRAWN:
        left = now - 20 * DAY
        coaches.withdraw_coach(desk, coach, withdrawn_on=local_day(left), reason=CoachWithdrawal.NO_TIME, now=left)
    if status == CoachStatus.BLOCKED:
        coaches.block_coach(desk, coach, now=now - 10 * DAY)


def _profile(chance: Random, home: str, postcodes: list[int]) -> Profile:
    """The programmes that most coaches do, of which some meet people at a place too."""
    receives = chance.random() < 0.5
    return Profile(
        intro=chance.choice(rules.INTROS),
        languages=chance.choice(rules.LANGUAGES),
        programmes=frozenset(ProgrammeCode) if chance.random() < 0.6 else frozenset({ProgrammeCode.SIJW}),
        themes=frozenset(chance.sample(list(Theme), k=chance.randint(4, 7))),
        branches=frozenset(chance.sample(list(Branch), k=chance.randint(2, 5))),
        modes=frozenset({Mode.PHONE, Mode.VIDEO} | ({Mode.LOCATION} if receives else set())),
        regions=frozenset({home}),
        pc4=chance.choice(postcodes),
        place="Wijkgebouw De Brink, Dorpsstraat 1" if receives else "",
        video_by=VideoBy.PORTAL_ROOM if chance.random() < 0.7 else VideoBy.OWN_LINK,
        video_link="https://beeldbellen.example.org/kamer",
        capacity=chance.randint(6, 10),
    )


def _proof(chance: Random, now: datetime) -> Proof:
    return Proof(
        register=chance.choice(list(Register)),
        level="Practitioner",
        number=f"{chance.randint(10000, 99999)}",
        valid_until=local_day(now) + chance.randint(30, 900) * DAY,
    )


def _keep_hours(chance: Random, actor: Actor, now: datetime) -> None:
    """Two to four days a week, some in the evening, and now and then a holiday."""
    windows = []
    for weekday in sorted(chance.sample(range(6), k=chance.randint(2, 4))):
        opens, closes = chance.choice(HOURS)
        windows.append(Window(weekday, time(opens), time(closes)))
    availability.set_weekly_hours(actor, windows, seen=stamp([]), now=now - 109 * DAY)
    if chance.random() < 0.2:
        away = local_day(now) + chance.randint(5, 40) * DAY
        availability.add_absence(actor, Away(away, away + 6 * DAY), now=now - DAY)
