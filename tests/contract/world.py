"""A region with somebody of every role and something in every state, who visits it, and what is stored."""

import re
from collections.abc import Callable, Iterable, Iterator
from datetime import timedelta
from functools import cached_property, reduce

from flask import Flask

from portal import access, clock, migrating
from portal.access import PERMISSIONS, PORTAL, PUBLIC, Role
from portal.accounts import actions as accounts
from portal.accounts.models import Account, BrowserSession
from portal.agenda import actions as agenda
from portal.agenda.rules import Whose
from portal.audit import AuditEntry, Deed
from portal.evaluations import actions as evaluations
from portal.evaluations.models import EvaluationInvitation
from portal.evaluations.rules import Answers
from portal.imports.models import Upload
from portal.later import actions as later
from portal.offers import actions as offers
from portal.offers import queries as offer_queries
from portal.outbox import Mail, MailStatus
from portal.outside import actions as outside
from portal.outside.models import OutsideCalendar
from portal.programmes.codes import ProgrammeCode
from portal.questionnaires import actions as questionnaires
from portal.questionnaires import queries as questionnaire_queries
from portal.questionnaires.models import Questionnaire
from portal.questionnaires.rules import Occasion, State
from portal.second_factor import actions as second_factor
from portal.second_factor.models import Authenticator
from portal.sessions.rules import SessionStatus
from portal.throttle import RateCounter
from portal.yearly.models import Report
from tests import factories
from tests.contract.asking import Visitor
from tests.engines import REFERENCE_TABLES
from tests.factories import actor_of
from tests.page import Client, Mailbox

ANONYMOUS = "anonymous"
HALF_A_YEAR = timedelta(days=185)
# The number of the one report that everybody may see.
REPORT = "2026-1"
IN_A_WEEK, ONE_DAY = timedelta(days=7, hours=3), timedelta(days=1)


class Corner:
    """One region and the people in it, all with the same last name."""

    def __init__(self, region: str, surname: str, mailbox: Mailbox) -> None:
        now = clock.now()
        self.region, self.surname, self.mailbox = region, surname, mailbox
        self.noor = self.account("Noor", Role.PARTICIPANT)
        self.bram = self.account("Bram", Role.COACH)
        self.coach = factories.bookable_coach(self.bram, region)
        self.trajectory = factories.coupled(self.noor, self.coach, themes=("stress",), region=region)
        self.talk = factories.planned_talk(self.trajectory, now + IN_A_WEEK)
        self.hold = factories.held_time(self.trajectory, now + IN_A_WEEK + ONE_DAY)
        self.hold_to_move = factories.held_time(self.trajectory, now + IN_A_WEEK + ONE_DAY, moving=self.talk)
        self.past_talk = factories.talk(self.trajectory, status=SessionStatus.HELD, now=now - IN_A_WEEK)
        done = self.account("Greet", Role.PARTICIPANT)
        self.closed = factories.closed_trajectory(done, self.coach.account, region=region)
        told = {"region": region, "last_name": surname, "words": f"Dit is {surname}.", "themes": ("stress",)}
        self.at_desk = factories.signed_up("Fatima", email=self.address("Fatima"), **told)
        factories.sent_sign_up("Lotte", email=self.address("Lotte"), **told)
        self.ask_how_it_was()
        outside.add_calendar(actor_of(self.bram, Role.COACH), f"https://example.org/{surname}.ics", now=now)
        self.calendar = OutsideCalendar.get(OutsideCalendar.coach == self.coach)
        self.draft = Questionnaire.get_or_none(state=State.DRAFT) or self.new_questionnaire()
        self.place = factories.destination(f"Praktijk {surname}", region=region)
        self.place_for_all = factories.destination("Landelijke lijn", region=None)
        self.proposal = factories.handover(self.trajectory, place=self.place)
        mailed = factories.destination(f"Nazorg {surname}", region=region, email=self.address("nazorg"))
        self.sent = factories.sent_handover(self.trajectory, place=mailed)
        self.backup = factories.backup(region, name=f"Anja {surname}")
        self.report = Report.get_or_none(is_public=True) or factories.locked_report(
            *(self.account(name, Role.NATIONAL) for name in ("Rik", "Romy"))
        )
        self.unpublished = Report.get_or_none(is_public=False) or factories.unpublished_copy(self.report)
        self.file = factories.file_of(self.account("region_admin", Role.REGION_ADMIN), region)
        self.file_of_the_country = factories.file_of(self.account("national", Role.NATIONAL), None)
        self.upload = Upload.get_or_none() or factories.sent_in()
        self.mail = factories.post(self.address("Noor"), key=f"failed {surname}")
        Mail.update(status=MailStatus.FAILED).where(Mail.id == self.mail.id).execute()

    def address(self, first_name: str) -> str:
        return f"{first_name}.{self.surname}@example.org".lower()

    def account(self, first_name: str, role: Role) -> Account:
        named = {"last_name": self.surname, "address": self.address(first_name)}
        return factories.account(first_name, role, self.region, **named)

    def mailed(self, first_name: str, part: str) -> str:
        return self.mailbox.to(self.address(first_name))[0].link(part)

    def ask_how_it_was(self) -> None:
        """Greet is half way, Ilse has answered, and Hilde is asked again after half a year."""
        now = clock.now()
        asked = self.account("Hilde", Role.PARTICIPANT)
        earlier = factories.closed_trajectory(asked, self.coach.account, region=self.region, now=now - HALF_A_YEAR)
        later.allow(PORTAL, earlier, now=now)
        later.invite(now=now)
        answered = factories.closed_trajectory(
            self.account("Ilse", Role.PARTICIPANT), self.coach.account, region=self.region
        )
        evaluations.invite_closed(now=now)
        evaluations.keep_draft(EvaluationInvitation.get(trajectory=self.closed), "{}")
        evaluations.give_answer(EvaluationInvitation.get(trajectory=answered), Answers(8, 8), now=now)
        self.remarks = [factories.remark(self.region, f"Fijn, zegt {self.surname}.") for _ in range(2)]

    def new_questionnaire(self) -> Questionnaire:
        """Of the whole country, as there is one draft at most."""
        in_use = questionnaire_queries.in_use(ProgrammeCode.SIJW, Occasion.END)
        return questionnaires.copy(PORTAL, in_use, now=clock.now())

    def invited(self) -> str:
        """The link of somebody who is invited to be a coach."""
        invitation = {"role": Role.COACH, "regions": [self.region], "now": clock.now()}
        accounts.invite(PORTAL, address=self.address("Samira"), **invitation)
        return self.mailed("Samira", "/uitnodiging/")

    @cached_property
    def offered(self) -> str:
        """The link to somebody else who could take over the talk."""
        other = factories.bookable_coach(self.account("Omar", Role.COACH), self.region)
        offer = offers.offer_stand_in(actor_of(self.bram, Role.COACH), self.talk, other, now=clock.now())
        return offer_queries.link_to(offer)

    def feed_token(self) -> str:
        """Of the address that the calendar of the coach fetches."""
        return agenda.make_feed(actor_of(self.bram, Role.COACH), Whose.COACH, now=clock.now())

    @property
    def ids(self) -> dict[str, list[str]]:
        """Of the things of this region, by how the address of their page begins; the longest beginning counts."""
        own_browsers = BrowserSession.select().where(BrowserSession.account == self.noor)
        return {
            "/afspraak/": [self.hold_to_move.public_id],
            "/afspraken/bevestig/": [self.hold.public_id, self.hold_to_move.public_id],
            "/coach/agenda/": [self.calendar.public_id],
            "/afspraken/met/": [self.coach.public_id],
            "/afspraken/": [self.talk.public_id, self.past_talk.public_id],
            "/beheer/post/": [self.mail.public_id],
            "/coach/gesprek/": [self.talk.public_id, self.past_talk.public_id],
            "/coach/overdracht/": [self.proposal.public_id, self.sent.public_id],
            "/mijn/vraag/": [self.proposal.public_id, self.sent.public_id],
            "/coach/traject/": [self.trajectory.public_id, self.closed.public_id],
            "/bestanden/": [self.file.public_id],
            "/coaches/": [self.coach.public_id],
            "/landelijk/import/": [self.upload.public_id],
            "/landelijk/rapporten/": [self.report.public_id, self.unpublished.public_id],
            "/landelijk/vragenlijsten/vraag/": [q.public_id for q in questionnaire_queries.questions_of(self.draft)],
            "/landelijk/vragenlijsten/": [self.draft.public_id],
            "/mijn-inlog/": [browser.public_id for browser in own_browsers],
            "/mijn/gegevens/": [self.trajectory.enrolment.public_id],
            "/regio/aanmelding/": [self.at_desk.public_id, self.trajectory.enrolment.public_id],
            "/regio/coaches/": [self.coach.public_id],
            "/regio/reacties/": [remark.public_id for remark in self.remarks],
            "/regio/gesprek/": [self.talk.public_id],
            "/wegwijzer/": [self.place.public_id],
            "/wegwijzer/achterwacht/": [self.backup.public_id],
        }

    @property
    def token(self) -> str:
        """Of the link to the talk, in the mail about it."""
        return self.mailed("Noor", "/afspraak/").removeprefix("/afspraak/")

    def ids_for(self, path: str) -> list[str]:
        return self.ids[max((known for known in self.ids if path.startswith(known)), key=len)]

    @property
    def links(self) -> dict[str, list[str]]:
        """What was mailed with a token in it, by the beginning of the address."""
        to_the_talk = f"/afspraak/{self.token}"
        return {
            "/afspraak/<token>": [to_the_talk],
            "/afspraak/<token>/afzeggen": [f"{to_the_talk}/afzeggen"],
            "/afspraak/<token>/bevestig/<public_id>": [f"{to_the_talk}/bevestig/{self.hold_to_move.public_id}"],
            "/afspraak/<token>/verzetten": [f"{to_the_talk}/verzetten"],
            "/aanbod/<token>": [self.offered],
            "/bericht/<token>": [self.mailed("nazorg", "/bericht/")],
            "/agenda/<token>.ics": [f"/agenda/{self.feed_token()}.ics"],
            "/aanmelden/bevestig/<token>": [self.mailed(name, "/bevestig/") for name in ("Lotte", "Fatima")],
            "/evaluatie/<token>/later": [f"{self.mailed('Ilse', '/evaluatie/')}/later"],
            "/evaluatie/later/<token>": [self.mailed("Hilde", "/evaluatie/later/")],
            "/evaluatie/<token>/bewaar": [f"{self.mailed('Greet', '/evaluatie/')}/bewaar"],
            "/evaluatie/<token>": [self.mailed("Greet", "/evaluatie/")],
            "/inloggen/link/<token>": ["/inloggen/link/token"],
            "/uitnodiging/<token>": [self.invited()],
        }

    def pages(self, app: Flask) -> dict[str, list[str]]:
        """Every address that can be looked at, by endpoint, with the ids and tokens of this region."""
        links = self.links
        return {
            rule["endpoint"]: links.get(rule["path"]) or list(filled_in(rule["path"], self.ids_or_of_the_country))
            for rule in access.policy(app)
            if "GET" in rule["methods"]
        }

    def ids_or_of_the_country(self, path: str) -> list[str]:
        """Also those of what nobody in this region keeps, for who keeps it."""
        more = {"/wegwijzer/": self.place_for_all, "/bestanden/": self.file_of_the_country}
        return [*self.ids_for(path), *(kept.public_id for begins, kept in more.items() if path.startswith(begins))]

    def browsers(self, app: Flask) -> dict[str, list[Client]]:
        """Of everybody; of who is halfway one for each state of the second step."""
        people = {
            Role.PARTICIPANT: self.noor,
            Role.COACH: self.bram,
            Role.REGION_ADMIN: self.file.account,
            Role.NATIONAL: self.file_of_the_country.account,
        }
        browsers = {ANONYMOUS: [Client(app)]}
        for role in set(Role) - {Role.HALFWAY}:
            account = people.get(role) or self.account(role.value, role)
            browsers[role.value] = [Client(app).sign_in(account)]
        browsers[Role.HALFWAY.value] = [
            Client(app).sign_in(account, second_step=False) for account in self.on_the_way_in()
        ]
        return browsers

    def on_the_way_in(self) -> Iterator[Account]:
        """Before the second step is set up, while it is, and after."""
        yield self.account("Hanna", Role.COACH)
        yield (begun := self.account("Joris", Role.COACH))
        yield (done := self.account("Chris", Role.COACH))
        for account in (begun, done):
            made = second_factor.prepare(actor_of(account, Role.COACH))
        Authenticator.update(confirmed_at=clock.now()).where(Authenticator.id == made.id).execute()


def filled_in(path: str, ids_for: Callable[[str], list[str]], token: str = "") -> Iterator[str]:
    for found in ids_for(path) if "<public_id>" in path else [""]:
        named = {"<public_id>": found, "<purpose>": "themes", "<token>": token, "<number>": REPORT, "<ending>": "csv"}
        yield reduce(lambda filled, name: filled.replace(name, named[name]), named, path)


def signing_up(browser: Client) -> Iterator[Visitor]:
    """This browser with a sign-up that is filled in, and the same one closed and opened again."""
    before = browser.cookies()
    fill_in(browser)
    yield Visitor.of(browser)
    browser.flask.delete_cookie("__Host-sessie", domain="portal.example.org")
    for name, value in before.items():
        browser.flask.set_cookie(name, value, domain="portal.example.org")
    yield Visitor.of(browser, looks_at="/aanmelden")
    yield Visitor.of(having_sent(Client(browser.app)), looks_at="/aanmelden/hoe-gaat-het")


def having_sent(browser: Client) -> Client:
    """This browser with a sign-up that was just sent and not confirmed yet."""
    fill_in(browser)
    browser.submit(browser.get("/aanmelden/controle"), read_privacy="y")
    return browser


def fill_in(browser: Client) -> None:
    page = browser.submit(browser.get("/aanmelden"), postcode="7511")
    page = browser.submit(page, work_situation="in_care")
    page = browser.submit(page, button="Liever niet")
    browser.submit(page, button="Ga verder", first_name="Fatima", email="fatima@example.org")


def may(who: str, permission: str) -> bool:
    return permission == PUBLIC or (who != ANONYMOUS and Role(who) in PERMISSIONS[permission])


def stored(unwatched: Iterable[Deed]) -> dict[str, list[tuple]]:
    """Every row of every table, but counters of tries, when a browser was last seen, and these entries of the log."""
    rows = {}
    for table in migrating.all_tables():
        columns = [column for column in table._meta.sorted_fields if column is not BrowserSession.last_seen_at]
        query = table.select(*columns).order_by(table._meta.primary_key)
        if table is AuditEntry:
            query = query.where(AuditEntry.deed.not_in(list(unwatched)))
        if table is not RateCounter and table._meta.table_name not in REFERENCE_TABLES:
            rows[table._meta.table_name] = [tuple(map(plain, row)) for row in query.tuples()]
    return rows


def plain(value: object) -> object:
    return bytes(value) if isinstance(value, memoryview) else value


def changes(before: dict[str, list[tuple]], after: dict[str, list[tuple]]) -> dict[str, list[tuple]]:
    """The rows that are there once and not the other time, by table."""
    found = {
        table: [row for row in [*before[table], *after[table]] if row not in before[table] or row not in after[table]]
        for table in before
    }
    return {table: rows for table, rows in found.items() if rows}


def without_tokens(html: str) -> str:
    return re.sub(r'(name="csrf_token"[^>]*value=)"[^"]*"', r"\1", html)
