"""The cast, made through the portal's own actions where there is one."""

from datetime import datetime, time, timedelta

from dateutil.relativedelta import relativedelta

from portal import clock, outbox
from portal.access import PORTAL, Actor, Role
from portal.accounts import actions as accounts
from portal.accounts.models import Account
from portal.availability.models import WeeklyHours
from portal.coaches import actions as coach_actions
from portal.coaches.actions import Proof
from portal.coaches.models import Coach, CoachRegion, Qualification
from portal.coaches.rules import CoachStatus, Profile
from portal.crypto import new_public_id
from portal.destinations.models import Backup, Destination
from portal.downloads import actions as downloads
from portal.downloads.models import Download
from portal.downloads.rules import Form, Subject
from portal.enrolments import actions as enrolments
from portal.enrolments.models import Enrolment, EnrolmentTheme
from portal.enrolments.rules import EnrolmentStatus, SignUp
from portal.handovers import actions as handovers
from portal.handovers import queries as handover_queries
from portal.handovers.models import Handover
from portal.handovers.rules import Way
from portal.holds import actions as holds
from portal.holds.models import Hold
from portal.imports import actions as imports
from portal.imports.models import Upload
from portal.imports.rules import FileName
from portal.outbox import Mail
from portal.programmes.codes import CloseReason, DestinationClass, Mode, ProgrammeCode, Register, TalkKind, Theme
from portal.remarks.models import Remark
from portal.sessions import actions as sessions
from portal.sessions.models import Session
from portal.sessions.rules import SessionStatus
from portal.trajectories import actions as trajectories
from portal.trajectories.models import Trajectory
from portal.trajectories.rules import ChosenBy
from portal.yearly import actions as reports
from portal.yearly.models import Report
from portal.yearly.rules import Reference, period_of

TWENTE = "RA0205"
ZUID_LIMBURG = "RA1428"


def account(first_name: str, role: Role, *regions: str, now: datetime | None = None, **values: str) -> Account:
    made = accounts.open_account(
        address=values.pop("address", f"{first_name.lower()}@example.org"),
        first_name=first_name,
        last_name=values.pop("last_name", "de Vries"),
        phone=values.pop("phone", "+31612345678" if role == Role.PARTICIPANT else ""),
        now=now or clock.now(),
        **values,
    )
    for region in regions or (None,):
        accounts.grant(made, role, region)
    return made


class People:
    """Everyone of the cast, made when first asked for."""

    def __init__(self) -> None:
        self._made: dict[str, Account] = {}

    def _person(self, first_name: str, role: Role, *regions: str) -> Account:
        if first_name not in self._made:
            self._made[first_name] = account(first_name, role, *regions)
        return self._made[first_name]

    @property
    def noor(self) -> Account:
        return self._person("Noor", Role.PARTICIPANT)

    @property
    def bram(self) -> Account:
        return self._person("Bram", Role.COACH, TWENTE)

    @property
    def chris(self) -> Account:
        return self._person("Chris", Role.COACH, ZUID_LIMBURG)

    @property
    def wilma(self) -> Account:
        return self._person("Wilma", Role.REGION_ADMIN, TWENTE)

    @property
    def otto(self) -> Account:
        return self._person("Otto", Role.REGION_ADMIN, ZUID_LIMBURG)

    @property
    def rik(self) -> Account:
        return self._person("Rik", Role.NATIONAL)

    @property
    def fay(self) -> Account:
        return self._person("Fay", Role.PRIVACY_OFFICER)

    @property
    def oscar(self) -> Account:
        return self._person("Oscar", Role.OPERATOR)


# -- a trajectory and what follows it


def trajectory(
    participant: Account,
    coach: Account,
    *,
    programme: ProgrammeCode = ProgrammeCode.SIJW,
    region: str | None = TWENTE,
    now: datetime | None = None,
) -> Trajectory:
    """A participant and a coach who have just found each other."""
    now = now or clock.now()
    enrolment = Enrolment.create(
        public_id=new_public_id(),
        programme=programme,
        participant=participant,
        region=region,
        status=EnrolmentStatus.CONFIRMED,
        status_at=now,
        submitted_at=now,
        enrolled_at=now,
    )
    available = {"status": CoachStatus.AVAILABLE, "agreed_at": now, "created_at": now}
    profile, _ = Coach.get_or_create(account=coach, defaults={"public_id": new_public_id(), **available})
    actor = Actor(account_id=participant.id)
    return trajectories.couple(actor, enrolment=enrolment, coach=profile, chosen_by=ChosenBy.PARTICIPANT, now=now)


def talk(
    trajectory: Trajectory,
    *,
    status: SessionStatus = SessionStatus.HELD,
    kind: TalkKind = TalkKind.TALK,
    now: datetime | None = None,
) -> Session:
    """A talk as it is afterwards: it lies in the past, so nothing books it."""
    now = now or clock.now()
    return Session.create(
        public_id=new_public_id(),
        trajectory=trajectory,
        coach=trajectory.coach_id,
        participant=trajectory.participant_id,
        kind=kind,
        mode=Mode.PHONE,
        starts_at=now,
        minutes=60,
        status=status,
        booked_at=now,
    )


def closed_trajectory(
    participant: Account,
    coach: Account,
    *,
    programme: ProgrammeCode = ProgrammeCode.SIJW,
    region: str | None = TWENTE,
    now: datetime | None = None,
) -> Trajectory:
    """One talk was held and the goal was reached."""
    now = now or clock.now()
    made = trajectory(participant, coach, programme=programme, region=region, now=now)
    talk(made, now=now)
    trajectories.close(Actor(account_id=coach.id), made, reason=CloseReason.GOAL_REACHED, now=now)
    return Trajectory.get_by_id(made.id)


# -- somebody who signed up, and a coach who can be booked


def enrolment(
    participant: Account,
    *,
    programme: ProgrammeCode = ProgrammeCode.SIJW,
    region: str | None = TWENTE,
    themes: tuple[str, ...] = (),
    now: datetime | None = None,
) -> Enrolment:
    """A confirmed sign-up that has no coach yet."""
    now = now or clock.now()
    made = Enrolment.create(
        public_id=new_public_id(),
        programme=programme,
        participant=participant,
        region=region,
        pc4=7511,
        status=EnrolmentStatus.CONFIRMED,
        status_at=now,
        submitted_at=now,
        enrolled_at=now,
    )
    for theme in themes:
        EnrolmentTheme.create(enrolment=made, theme=theme)
    return made


def bookable_coach(
    account: Account, *regions: str, weekdays: tuple[int, ...] = (0, 1, 2, 3, 4), **values: object
) -> Coach:
    """Checked, agreed, free from nine to five on these weekdays."""
    made = Coach.create(
        **{
            "public_id": new_public_id(),
            "account": account,
            "status": CoachStatus.AVAILABLE,
            "intro": "Luistert goed.",
            "programmes": set(ProgrammeCode),
            "modes": {Mode.PHONE, Mode.VIDEO},
            "agreed_at": clock.now(),
            "created_at": clock.now(),
            **values,
        }
    )
    for region in regions or (TWENTE,):
        CoachRegion.create(coach=made, region=region)
    Qualification.create(
        public_id=new_public_id(),
        coach=made,
        register=Register.EIA,
        number="12345",
        valid_until=clock.local_day(clock.now()) + timedelta(days=365),
        checked_at=clock.now(),
    )
    for weekday in weekdays:
        WeeklyHours.create(coach=made, weekday=weekday, opens=time(9), closes=time(17))
    return made


# -- a coach by the way of the portal


def profile(**changes: object) -> Profile:
    """A complete profile of a coach in Twente who coaches by phone."""
    told: dict = {
        "intro": "Was zelf verpleegkundige.",
        "programmes": frozenset(ProgrammeCode),
        "themes": frozenset({Theme.STRESS}),
        "modes": frozenset({Mode.PHONE}),
        "regions": frozenset({TWENTE}),
    }
    return Profile(**{**told, **changes})


def actor_of(account: Account, role: Role, *regions: str) -> Actor:
    return Actor(account_id=account.id, roles=frozenset({role}), regions=frozenset(regions), name=account.name)


def applied_coach(account: Account, **changes: object) -> Coach:
    """Somebody who filled in a profile; the certificate is not checked yet."""
    actor = actor_of(account, Role.COACH)
    return coach_actions.save_profile(actor, profile(**changes), version=0, agrees="yes", now=clock.now())


def proof(**changes: object) -> Proof:
    seen: dict = {"register": Register.EIA, "level": "Practitioner", "number": "EIA20260317"}
    return Proof(**{**seen, "valid_until": clock.local_day(clock.now()) + timedelta(days=400), **changes})


def checked_coach(account: Account, **changes: object) -> Coach:
    """A coach who can be chosen, as the desk made them."""
    made = applied_coach(account, **changes)
    coach_actions.record_qualification(PORTAL, made, proof(), now=clock.now())
    return Coach.get_by_id(made.id)


# -- a place to go to


def destination(name: str = "Praktijk De Brug", *, region: str | None = TWENTE, **changes: object) -> Destination:
    """A place for trauma care that somebody checked today and that can be mailed."""
    told: dict = {
        "destination_class": DestinationClass.TRAUMA,
        "for_what": "Ingrijpende gebeurtenissen op het werk.",
        "phone": "053 123 4567",
        "email": "aanmelden@brug.example.org",
        "usual_days": 3,
        "checked_on": clock.local_day(clock.now()),
    }
    return Destination.create(public_id=new_public_id(), name=name, region=region, **{**told, **changes})


def backup(region: str = TWENTE, **changes: object) -> Backup:
    """Somebody who is on duty this week."""
    today = clock.local_day(clock.now())
    told: dict = {
        "name": "Anja Achterwacht",
        "phone": "053 765 4321",
        "first_day": today,
        "last_day": today + timedelta(days=6),
    }
    return Backup.create(public_id=new_public_id(), region=region, **{**told, **changes})


# -- what somebody wrote


def remark(region: str, text: str, *, quote_consent: bool = True, **changes: object) -> Remark:
    """A text that came into view."""
    values = {"programme": ProgrammeCode.SIJW, "closed_month": clock.local_day(clock.now()).replace(day=1), **changes}
    made = Remark(public_id=new_public_id(), region=region, question="comment", quote_consent=quote_consent, **values)
    made.text = text
    made.save(force_insert=True)
    return made


# -- a report


def locked_report(maker: Account, approver: Account, *, choice: str = "sijw:2025", is_public: bool = True) -> Report:
    """Made and checked by one, approved by the other, and locked."""
    return _locked(maker, approved_report(maker, approver, choice=choice), is_public=is_public)


def corrected_report(maker: Account, approver: Account, report: Report) -> Report:
    """The next version of a locked report, locked."""
    made = reports.correct_report(
        actor_of(maker, Role.NATIONAL), report.public_id, reason="Te laat gemeld.", now=clock.now()
    )
    return _locked(maker, _approved(approver, _checked(maker, made)), is_public=report.is_public)


def unpublished_copy(report: Report) -> Report:
    """The same figures under the next number over the year before, locked and not for everybody."""
    year, _, last = report.number.partition("-")
    values = {field.name: getattr(report, field.name) for field in Report._meta.sorted_fields if field.name != "id"}
    fresh = {"public_id": new_public_id(), "number": f"{year}-{int(last) + 1}", "is_public": False}
    before = {day: values[day] - relativedelta(years=1) for day in ("first_day", "last_day", "reference_date")}
    return Report.create(**{**values, **fresh, **before, "period_code": str(before["first_day"].year)})


def approved_report(maker: Account, approver: Account, *, choice: str = "sijw:2025") -> Report:
    return _approved(approver, checked_report(maker, choice=choice))


def checked_report(maker: Account, *, choice: str = "sijw:2025") -> Report:
    """Counted and checked, as far as nothing is left to do."""
    return _checked(maker, draft_report(maker, choice=choice))


def _checked(maker: Account, made: Report) -> Report:
    reports.ask_for_check(actor_of(maker, Role.NATIONAL), made.public_id, now=clock.now())
    reports.check_asked(now=clock.now())
    return Report.get_by_id(made.id)


def _approved(approver: Account, made: Report) -> Report:
    reports.approve(actor_of(approver, Role.NATIONAL), made.public_id, check=made.check, now=clock.now())
    return Report.get_by_id(made.id)


def _locked(maker: Account, made: Report, *, is_public: bool) -> Report:
    return reports.lock_report(actor_of(maker, Role.NATIONAL), made.public_id, is_public=is_public, now=clock.now())


def draft_report(
    maker: Account, *, choice: str = "sijw:2025", reference: Reference = Reference.LAST_DAY, division: int = 12
) -> Report:
    """Over a year of a programme, by the code of the choice."""
    return reports.make_report(
        actor_of(maker, Role.NATIONAL),
        period_of(choice, clock.local_day(clock.now())),
        reference=reference,
        division=division,
        now=clock.now(),
    )


def handover(
    trajectory: Trajectory, *, way: Way = Way.MAIL, place: Destination | None = None, now: datetime | None = None
) -> Handover:
    """Proposed by the coach; the participant has not answered."""
    return handovers.propose(
        actor_of(trajectory.coach.account, Role.COACH),
        trajectory=trajectory,
        place=place or destination(),
        way=way,
        words="Naam: Noor\nBereikbaar: 06 12 34 56 78",
        now=now or clock.now(),
    )


def approved_handover(trajectory: Trajectory, **changes: object) -> Handover:
    """The participant said yes to the words as they were."""
    made = handover(trajectory, **changes)
    actor = actor_of(trajectory.participant, Role.PARTICIPANT)
    handovers.approve(actor, made, words=made.words, now=changes.get("now") or clock.now())
    return handover_queries.as_it_is_now(made)


def sent_handover(trajectory: Trajectory, **changes: object) -> Handover:
    """On its way by mail."""
    made = approved_handover(trajectory, **changes)
    actor = actor_of(trajectory.coach.account, Role.COACH)
    handovers.send_by_mail(actor, made, now=changes.get("now") or clock.now())
    return handover_queries.as_it_is_now(made)


# -- a mail


def post(
    to: str = "noor@example.org", *, path: str = "/inloggen/link/abc", key: str = "een", **changes: object
) -> Mail:
    """A sign-in mail, or what the changes make of it, in the outbox."""
    values = {
        "to": to,
        "subject": "Your link to sign in",
        "language": "nl",
        "dedupe_key": key,
        "now": clock.now(),
        "path": path,
        "code": "123456",
        **changes,
    }
    outbox.post(values.pop("template", "accounts/sign_in"), **values)
    return Mail.get(Mail.dedupe_key == key)


# -- a sign-up by the way of the portal


def signed_up(first_name: str, *, region: str = TWENTE, now: datetime | None = None, **told: object) -> Enrolment:
    """Somebody who sent the sign-up and confirmed the address."""
    sent = sent_sign_up(first_name, region=region, now=now, **told)
    enrolments.confirm(sent, now=now or clock.now())
    return Enrolment.get_by_id(sent.id)


def sent_sign_up(first_name: str, *, region: str = TWENTE, now: datetime | None = None, **told: object) -> Enrolment:
    """Somebody who sent the sign-up; the address is not confirmed yet."""
    now = now or clock.now()
    filled_in = {
        "pc4": 7511,
        "region": region,
        "work_situation": "in_care",
        "first_name": first_name,
        "last_name": "de Vries",
        "email": f"{first_name.lower()}@example.org",
        "phone": "+31612345678",
        **told,
    }
    return enrolments.submit(SignUp(**filled_in), draft=None, browser="b", client=first_name, language="nl", now=now)


# -- a participant with a bookable coach, and the talks they have


def coupled(participant: Account, coach: Coach, *, now: datetime | None = None, **signed_up: object) -> Trajectory:
    """Somebody who signed up and chose this coach."""
    now = now or clock.now()
    return trajectories.couple(
        actor_of(participant, Role.PARTICIPANT),
        enrolment=enrolment(participant, now=now, **signed_up),
        coach=coach,
        chosen_by=ChosenBy.PARTICIPANT,
        now=now,
    )


def held_time(
    trajectory: Trajectory, starts_at: datetime, *, moving: Session | None = None, now: datetime | None = None
) -> Hold:
    """A time by phone under the hand of the participant: to book it, or to move a talk to it."""
    return holds.hold_time(
        actor_of(trajectory.participant, Role.PARTICIPANT),
        enrolment=trajectory.enrolment,
        coach=trajectory.coach,
        starts_at=starts_at,
        mode=Mode.PHONE,
        seen=moving.sequence if moving else trajectory.version,
        moving=moving,
        now=now or clock.now(),
    )


def planned_talk(trajectory: Trajectory, starts_at: datetime, *, now: datetime | None = None) -> Session:
    """A talk by phone that the participant booked."""
    return sessions.book_session(
        actor_of(trajectory.participant, Role.PARTICIPANT),
        trajectory=trajectory,
        starts_at=starts_at,
        mode=Mode.PHONE,
        now=now or clock.now(),
    )


# -- registrations that somebody sent in


def sent_in(account: Account | None = None) -> Upload:
    """Files with a mistake in them, as the worker found them."""
    content = (
        b"ref,enrolment,coach,kind,starts_at,minutes,status,funding\ns1,e1,c1,talk,2020-05-04 10:00,60,held,plus\n"
    )
    sender = Actor(account_id=account.id if account else None, roles=frozenset({Role.NATIONAL}))
    made = imports.send_in(sender, {FileName.SESSIONS: content}, now=clock.now())
    imports.carry_out(at=clock.now)
    return Upload.get_by_id(made.id)


def file_of(account: Account, region: str | None, *, now: datetime | None = None) -> Download:
    """A list of the region, or figures of the country, that was asked for and made."""
    now = now or clock.now()
    actor = actor_of(account, Role.REGION_ADMIN, region) if region else actor_of(account, Role.NATIONAL)
    made = downloads.ask(
        actor,
        subject=Subject.ENROLMENTS if region else Subject.NATIONAL_FIGURES,
        form=Form.CSV,
        programme=ProgrammeCode.SIJW,
        year=str(now.year),
        region=region,
        reason="Om mensen terug te bellen",
        now=now,
    )
    downloads.make_asked(now=now)
    return Download.get_by_id(made.id)
