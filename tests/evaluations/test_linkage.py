"""Forty people of one region, programme and month answer, each time in an order that the attacker knows; in three
regions. They answer at the start, at the end, and six months later.

The attacker has a dump of the whole database, in the order in which it is stored and with what the engine keeps beside
every row, and all logs. Whatever orders people is tried against whatever orders answers: hits and rank correlation are
those of chance. And whatever an answer shares with anything else would join the two: nothing is shared.

The bounds: by chance the people who are matched rightly are a Poisson variable with mean 1 per group, so 18 or more in
three groups come once in a billion times per pair of orders; the rank correlation of forty has a standard deviation of
0.16, its mean over three groups of 0.092, so 0.6 is six and a half of them. Some thousands of pairs are tried.
"""

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from random import Random
from statistics import correlation, mean

from dateutil.relativedelta import relativedelta

from portal import clock as portal_clock
from portal import migrating
from portal.access import Role
from portal.coaches.models import Coach
from portal.db import Table, database, on_postgres
from portal.evaluations import actions
from portal.evaluations.models import EvaluationAnswer, PendingCoachGrade
from portal.later import actions as later
from portal.later.models import LaterAnswer, LaterInvitation
from portal.measures import actions as measures
from portal.measures.models import Measure, StartAnswer
from portal.programmes.codes import ProgrammeCode
from portal.questionnaires.queries import in_use
from portal.questionnaires.rules import Occasion, values_in
from portal.remarks import actions as remarks
from portal.remarks.models import Remark
from portal.trajectories.models import Trajectory
from tests import factories
from tests.factories import TWENTE, ZUID_LIMBURG, actor_of
from tests.page import Client

REGIONS = [TWENTE, ZUID_LIMBURG, "RA0614"]
PEOPLE = 40
MOST_HITS, STRONGEST = 17, 0.6
# What was answered: everybody may know what these columns mean, nobody who filled them.
CONTENT = {"coach_grade", "trajectory_grade", "recommend", "answers", "outcomes", "quote_consent", "more"}
CONTENT |= {"before", "after", "question", "state"}
OF_THE_GROUP = {"programme", "region_id", "closed_month", "month", "questionnaire_id", "coach_id"}
BY_THE_ENGINE = {"place", "xmin", "cmin", "ctid"}

Row = dict[str, object]
Dump = dict[str, list[Row]]
Orders = dict[str, list[int]]
Label = Callable[[Row], int]


def two_digits(number: int) -> dict[str, tuple[str]]:
    """Every person gives away who they are, in answers of which the attacker does not know that."""
    return {"work_joy": (str(1 + number % 10),), "career_grip": (str(1 + number // 10),)}


def number_in(text: object) -> int:
    told = values_in(str(text))
    return int(told["work_joy"][0]) - 1 + 10 * (int(told["career_grip"][0]) - 1)


class Group:
    """Forty people of a region. Each has a number: their place when they answer at the end."""

    def __init__(self, clock, region: str) -> None:
        self.region, self.chance, self.clock = region, Random(region), clock
        self.bram = factories.account(f"Bram{region}", Role.COACH, region)
        self.people = [factories.account(f"Persoon{number}{region}", Role.PARTICIPANT) for number in range(PEOPLE)]
        self.chance.shuffle(self.people)
        self.moments: set[datetime] = set()
        self.orders: Orders = {"at the end": list(range(PEOPLE))}
        for number in self.in_some_order("closed"):
            self.tick()
            factories.closed_trajectory(self.people[number], self.bram, region=region)
        self.coach = Coach.get(Coach.account == self.bram).id

    def in_some_order(self, name: str) -> list[int]:
        self.orders[name] = self.chance.sample(range(PEOPLE), PEOPLE)
        return self.orders[name]

    def tick(self) -> None:
        self.clock.shift(timedelta(seconds=self.chance.randrange(61, 999)))

    def answering(self) -> None:
        self.tick()
        self.moments.add(portal_clock.now())

    def trajectory(self, number: int) -> Trajectory:
        return Trajectory.get(Trajectory.participant == self.people[number])

    def begin(self) -> None:
        """The questions of the start. Here after closing, which changes nothing about how they are kept."""
        version = in_use(ProgrammeCode.SIJW, Occasion.START)
        for number in self.in_some_order("at the start"):
            self.answering()
            measures.begin(self.trajectory(number).enrolment, version, two_digits(number), now=portal_clock.now())

    def end(self, app, mailbox) -> None:
        self.tick()
        actions.invite_closed(now=portal_clock.now())
        self.links = [mailbox.last(person.email).link("/evaluatie/") for person in self.people]
        browser = Client(app)
        for number, link in enumerate(self.links):
            self.answering()
            # The grade for the coach rises as they answer: nobody who answers could give away more.
            given = {"coach_grade": 1 + number // 4, "trajectory_grade": 1 + number % 10, "recommend": number // 10}
            again = {f"again_{code}": value for code, (value,) in two_digits(number).items() if code == "work_joy"}
            page = browser.submit(browser.get(link), follow=False, **given, **again, comment=f"nummer {number}")
            assert page.status == 303

    def allow(self) -> None:
        self.tick()
        for number in range(PEOPLE):
            actor = actor_of(self.people[number], Role.PARTICIPANT)
            later.allow(actor, self.trajectory(number), now=portal_clock.now())

    def six_months_later(self) -> None:
        for number in self.in_some_order("six months later"):
            self.answering()
            invitation = LaterInvitation.get(LaterInvitation.trajectory == self.trajectory(number))
            later.give_answer(invitation, two_digits(number), now=portal_clock.now())


# -- the dump


def dumped() -> Dump:
    return {table._meta.table_name: list(as_it_lies(table)) for table in migrating.all_tables()}


def as_it_lies(table: type[Table]) -> Iterator[Row]:
    """The rows in the order of storage. `place` is that order."""
    name = table._meta.table_name
    query = f'SELECT * FROM "{name}"'
    if on_postgres():
        beside = "xmin::text::bigint AS xmin, cmin::text::bigint AS cmin, ctid::text"
        query = f'SELECT {beside}, * FROM "{name}" ORDER BY ctid'
    cursor = database.execute_sql(query)
    columns = [column[0] for column in cursor.description]
    for place, row in enumerate(cursor.fetchall()):
        values = (bytes(value) if isinstance(value, memoryview) else value for value in row)
        yield {"place": place, **dict(zip(columns, values, strict=True))}


def in_every_order(rows: Sequence[Row], label: Callable[[Row], int | None], columns: set[str]) -> Orders:
    """The labels of these rows, sorted by each of the columns; what is alike stays as it lies."""
    labelled = [(row, found) for row in rows if (found := label(row)) is not None]
    return {
        column: [found for _, found in sorted(labelled, key=lambda pair: sortable(pair[0][column]))]
        for column in sorted(columns)
    }


def sortable(value: object) -> tuple[int, object]:
    if value is None:
        return 0, 0
    if isinstance(value, int | float):
        return 1, value
    return (2, value) if isinstance(value, bytes) else (3, str(value))


def orders_of_people(group: Group, dump: Dump) -> Orders:
    """The forty as the attacker saw them answer, and as every table that knows them has them."""
    numbers = {person.id: number for number, person in enumerate(group.people)}
    by_enrolment = {row["id"]: numbers.get(row["participant_id"]) for row in dump["enrolment"]}
    by_trajectory = {row["id"]: by_enrolment[row["enrolment_id"]] for row in dump["trajectory"]}
    known: dict[str, Callable[[Row], int | None]] = {
        "account": lambda row: numbers.get(row["id"]),
        "enrolment": lambda row: by_enrolment[row["id"]],
        "measure_key": lambda row: by_enrolment[row["enrolment_id"]],
        "trajectory": lambda row: by_trajectory[row["id"]],
        "session": lambda row: by_trajectory[row["trajectory_id"]],
        "evaluation_invitation": lambda row: by_trajectory[row["trajectory_id"]],
        "later_consent": lambda row: by_trajectory[row["trajectory_id"]],
        "later_invitation": lambda row: by_trajectory[row["trajectory_id"]],
    }
    orders = dict(group.orders)
    for table, person in known.items():
        if len(own := [row for row in dump[table] if person(row) is not None]) == PEOPLE:
            orders |= {f"{table}.{column}": o for column, o in in_every_order(own, person, set(own[0])).items()}
    return orders


def orders_of_answers(group: Group, dump: Dump, table: type[Table], label: Label) -> Orders:
    """The numbers that people gave away, as the answers lie and by everything in them that is not an answer."""
    own = [row for row in dump[table._meta.table_name] if group.region == row["region_id"]]
    assert sorted(map(label, own)) == list(range(PEOPLE)), table
    orders = in_every_order(own, label, set(own[0]) - CONTENT)
    if not on_postgres():
        content = database_file()
        orders["file"] = [
            label(row) for row in sorted(own, key=lambda row: content.find(str(row["public_id"]).encode()))
        ]
    return orders


def database_file() -> bytes:
    database.execute_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    return Path(database.obj.database).read_bytes()


# -- the attack


def hits(people: list[int], answers: list[int]) -> int:
    return sum(person == answer for person, answer in zip(people, answers, strict=True))


def attack(groups: list[Group], table: type[Table], label: Label, dump: Dump) -> None:
    """By every order of people against every order of answers."""
    people = [orders_of_people(group, dump) for group in groups]
    answers = [orders_of_answers(group, dump, table, label) for group in groups]
    assert len(people[0]) * len(answers[0]) > 200
    for one in people[0]:
        for other in answers[0]:
            pairs = [(by_person[one], by_answer[other]) for by_person, by_answer in zip(people, answers, strict=True)]
            assert sum(hits(*pair) for pair in pairs) <= MOST_HITS, (table, one, other)
            assert abs(mean(correlation(*pair) for pair in pairs)) <= STRONGEST, (table, one, other)


def attack_grades(groups: list[Group], dump: Dump) -> None:
    """The grades that wait, which rose as people answered."""
    grades = {row.public_id: int(row.grade) for row in PendingCoachGrade.select()}
    own = [[row for row in dump["pending_coach_grade"] if row["coach_id"] == group.coach] for group in groups]
    orders = [in_every_order(rows, lambda row: grades[row["public_id"]], set(rows[0])) for rows in own]
    for column in orders[0]:
        strength = mean(correlation(range(PEOPLE), order[column]) for order in orders)
        assert abs(strength) <= STRONGEST, column


def look_for_what_is_shared(dump: Dump) -> None:
    """No value of an answer stands in any other table, by itself or in a text."""
    elsewhere = {value for t, rows in dump.items() if t not in NOBODYS for row in rows for value in row.values()}
    texts = " ".join(value for value in elsewhere if isinstance(value, str))
    for table in NOBODYS:
        for row in dump[table]:
            for column in set(row) - CONTENT - OF_THE_GROUP - BY_THE_ENGINE:
                assert row[column] is None or row[column] not in elsewhere, (table, column)
                assert not isinstance(row[column], str) or row[column] not in texts, (table, column)


def look_for_moments(groups: list[Group], dump: Dump) -> None:
    """No row says when somebody answered; and of a group one transaction wrote all answers."""
    moments = set().union(*(group.moments for group in groups))
    written = {f"{moment:%Y-%m-%dT%H:%M:%S}" for moment in moments}
    for table, rows in dump.items():
        for row in rows:
            for column, value in row.items():
                assert value not in moments, (table, column)
                assert not isinstance(value, str) or value[:19] not in written, (table, column)
    for table in NOBODYS:
        writers = {(row.get("region_id"), row.get("xmin")) for row in dump[table]}
        assert len(writers) <= len(REGIONS), table


def look_into_logs(groups: list[Group], logs: str) -> None:
    for group in groups:
        for number, (person, link) in enumerate(zip(group.people, group.links, strict=True)):
            told = (person.email, person.public_id, link.removeprefix("/evaluatie/"), f"nummer {number}")
            assert not [text for text in told if text in logs]
    assert not [row.public_id for row in EvaluationAnswer.select() if row.public_id in logs]


def by_grades(row: Row) -> int:
    return 10 * int(str(row["recommend"])) + int(str(row["trajectory_grade"])) - 1


# Tables whose rows lead to nobody, stored by their random keys.
NOBODYS = {
    table._meta.table_name: table
    for table in (EvaluationAnswer, PendingCoachGrade, StartAnswer, Measure, LaterAnswer, Remark)
}


def test_every_table_of_answers_takes_part():
    """A new table of this kind has its order attacked here too."""
    assert {t._meta.table_name for t in migrating.all_tables() if t._meta.without_rowid is not False} == set(NOBODYS)


def test_nobody_is_matched_better_than_by_chance(app, mailbox, clock, capfd, caplog):
    groups = [Group(clock, region) for region in REGIONS]
    for group in groups:
        group.begin()
    attack(groups, StartAnswer, lambda row: number_in(row["answers"]), dumped())

    for group in groups:
        group.end(app, mailbox)
    dump = dumped()
    attack(groups, EvaluationAnswer, by_grades, dump)
    attack(groups, Measure, lambda row: number_in(row["before"]), dump)
    attack_grades(groups, dump)
    look_for_what_is_shared(dump)
    look_for_moments(groups, dump)

    assert remarks.gather() == PEOPLE * len(REGIONS)
    said = {row.public_id: int(row.text.split()[1]) for row in Remark.select()}
    dump = dumped()
    attack(groups, Remark, lambda row: said[row["public_id"]], dump)
    attack(groups, EvaluationAnswer, by_grades, dump)

    for group in groups:
        group.allow()
    clock.move_to(portal_clock.now() + relativedelta(months=6))
    assert later.invite(now=portal_clock.now()) == PEOPLE * len(REGIONS)
    for group in groups:
        group.six_months_later()
    dump = dumped()
    attack(groups, LaterAnswer, lambda row: number_in(row["answers"]), dump)
    look_for_what_is_shared(dump)
    look_for_moments(groups, dump)
    look_into_logs(groups, "".join(capfd.readouterr()) + caplog.text)


def test_the_attack_finds_an_order_that_is_there():
    """What is looked for would be found: a table in the order of answering, and one that is half in order."""
    known = list(range(PEOPLE))
    assert hits(known, known) > MOST_HITS
    half = [*range(PEOPLE // 2), *Random(1).sample(range(PEOPLE // 2, PEOPLE), PEOPLE // 2)]
    assert hits(known, half) * len(REGIONS) > MOST_HITS
    assert correlation(known, half) > STRONGEST
