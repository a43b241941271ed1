"""Forty people of one region, programme and month answer in an order that the attacker knows; three times, in three
regions.

The attacker has a dump of the whole database, in the order in which it is stored and with what the engine keeps beside
every row, and all logs. Whatever orders people is tried against whatever orders answers: hits and rank correlation are
those of chance. And whatever an answer shares with anything else would join the two: nothing is shared.

The bounds: by chance the people who are matched rightly are a Poisson variable with mean 1 per group, so 18 or more in
three groups come once in a billion times per pair of orders; the rank correlation of forty has a standard deviation of
0.16, its mean over three groups of 0.092, so 0.6 is six and a half of them. Some hundreds of pairs are tried.
"""

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from random import Random
from statistics import correlation, mean

from portal import clock as portal_clock
from portal import migrating
from portal.access import Role
from portal.coaches.models import Coach
from portal.db import Table, database, on_postgres
from portal.evaluations import actions
from portal.evaluations.models import EvaluationAnswer, PendingCoachGrade
from tests import factories
from tests.factories import TWENTE, ZUID_LIMBURG
from tests.page import Client

REGIONS = [TWENTE, ZUID_LIMBURG, "RA0614"]
PEOPLE = 40
MOST_HITS, STRONGEST = 17, 0.6
# What was answered: everybody may know what these columns mean, nobody who filled them.
CONTENT = {"coach_grade", "trajectory_grade", "recommend", "answers", "outcomes", "quote_consent", "more"}
OF_THE_GROUP = {"programme", "region_id", "closed_month", "questionnaire_id", "coach_id"}
INVITED = "evaluation.invited"
BY_THE_ENGINE = {"place", "xmin", "cmin", "ctid"}

Row = dict[str, object]
Dump = dict[str, list[Row]]
Orders = dict[str, list[int]]


class Group:
    """Forty people of a region; `order` are their accounts, who answered first comes first."""

    def __init__(self, app, mailbox, clock, region: str) -> None:
        clock.shift(timedelta(seconds=61))
        self.region = region
        bram = factories.account(f"Bram{region}", Role.COACH, region)
        people = [factories.account(f"Persoon{number}{region}", Role.PARTICIPANT) for number in range(PEOPLE)]
        for person in people:
            factories.closed_trajectory(person, bram, region=region)
            clock.shift(timedelta(seconds=61))
        actions.invite_closed(now=portal_clock.now())
        self.coach = Coach.get(Coach.account == bram).id
        self.order = Random(region).sample(people, PEOPLE)
        self.moments, self.links = [], [mailbox.last(person.email).link("/evaluatie/") for person in self.order]
        browser = Client(app)
        for place, link in enumerate(self.links):
            clock.shift(timedelta(seconds=421 + place))
            self.moments.append(portal_clock.now())
            # The comment says the place and the grade rises with it: nobody who answers could give away more.
            given = {"coach_grade": 1 + place // 4, "trajectory_grade": 7, "comment": f"plaats {place}"}
            assert browser.submit(browser.get(link), follow=False, **given).status == 303


# -- the dump


def dumped() -> Dump:
    return {table._meta.table_name: list(as_it_lies(table)) for table in migrating.all_tables()}


def as_it_lies(table: type[Table]) -> Iterator[Row]:
    """The rows in the order of storage. `place` is that order."""
    name = table._meta.table_name
    query = f'SELECT * FROM "{name}"'
    if on_postgres():
        query = (
            f'SELECT xmin::text::bigint AS xmin, cmin::text::bigint AS cmin, ctid::text, * FROM "{name}" ORDER BY ctid'
        )
    cursor = database.execute_sql(query)
    columns = [column[0] for column in cursor.description]
    for place, row in enumerate(cursor.fetchall()):
        values = (bytes(value) if isinstance(value, memoryview) else value for value in row)
        yield {"place": place, **dict(zip(columns, values, strict=True))}


def in_every_order(rows: Sequence[Row], label: Callable[[Row], int | None], columns: set[str]) -> Orders:
    """The labels of these rows, sorted by each of the columns; what is alike stays as it lies."""
    labelled = [(row, label(row)) for row in rows]
    return {
        column: [
            found for _, found in sorted(labelled, key=lambda pair: sortable(pair[0][column])) if found is not None
        ]
        for column in sorted(columns)
    }


def sortable(value: object) -> tuple[int, object]:
    if value is None:
        return 0, 0
    if isinstance(value, int | float):
        return 1, value
    return (2, value) if isinstance(value, bytes) else (3, str(value))


# -- whom rows are about


def orders_of_people(group: Group, dump: Dump) -> Orders:
    """The places of the forty in the order of answering, and as every table that knows them has them."""
    places = {person.id: place for place, person in enumerate(group.order)}
    by_enrolment = {row["id"]: places.get(row["participant_id"]) for row in dump["enrolment"]}
    by_trajectory = {row["id"]: by_enrolment[row["enrolment_id"]] for row in dump["trajectory"]}
    by_invitation = {row["public_id"]: by_trajectory[row["trajectory_id"]] for row in dump["evaluation_invitation"]}
    known: dict[str, Callable[[Row], int | None]] = {
        "account": lambda row: places.get(row["id"]),
        "enrolment": lambda row: by_enrolment[row["id"]],
        "trajectory": lambda row: by_trajectory[row["id"]],
        "session": lambda row: by_trajectory[row["trajectory_id"]],
        "evaluation_invitation": lambda row: by_trajectory[row["trajectory_id"]],
        "mail": lambda row: by_invitation.get(str(row["dedupe_key"]).removeprefix("evaluation:")),
        "audit_entry": lambda row: (
            by_trajectory.get(row["subject_id"]) if row["event"] == "evaluation.invited" else None
        ),
    }
    orders = {"as they answered": list(range(PEOPLE))}
    for table, person in known.items():
        for column, order in in_every_order(dump[table], person, set(dump[table][0])).items():
            assert len(order) == PEOPLE, (table, column)
            orders[f"{table}.{column}"] = order
    return orders


def orders_of_answers(group: Group, dump: Dump) -> Orders:
    """The places that the comments say, as the answers lie and by everything in them that is not an answer."""
    own = [row for row in dump["evaluation_answer"] if row["region_id"] == group.region]
    comments = {row.public_id: row.comment for row in EvaluationAnswer.select()}
    orders = in_every_order(own, lambda row: int(comments[row["public_id"]].split()[1]), set(own[0]) - CONTENT)
    if not on_postgres():
        own.sort(key=lambda row: offset_in_file(str(row["public_id"])))
        orders["file"] = [int(comments[row["public_id"]].split()[1]) for row in own]
    return orders


def offset_in_file(text: str) -> int:
    database.execute_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    return Path(database.obj.database).read_bytes().find(text.encode())


def orders_of_grades(group: Group, dump: Dump) -> Orders:
    """The grades that wait, which rose as people answered."""
    own = [row for row in dump["pending_coach_grade"] if row["coach_id"] == group.coach]
    grades = {row.public_id: int(row.grade) for row in PendingCoachGrade.select()}
    return in_every_order(own, lambda row: grades[row["public_id"]], set(own[0]))


# -- the attack


def hits(people: list[int], answers: list[int]) -> int:
    return sum(person == answer for person, answer in zip(people, answers, strict=True))


def test_nobody_is_matched_better_than_by_chance(app, mailbox, clock, capfd, caplog):
    groups = [Group(app, mailbox, clock, region) for region in REGIONS]
    check_logs(groups, "".join(capfd.readouterr()) + caplog.text)
    dump = dumped()
    check_orders(
        [orders_of_people(group, dump) for group in groups], [orders_of_answers(group, dump) for group in groups]
    )
    check_grades([orders_of_grades(group, dump) for group in groups])
    check_nothing_is_shared(dump)
    check_moments(dump, {moment for group in groups for moment in group.moments})


def check_orders(people: list[Orders], answers: list[Orders]) -> None:
    """By every order of people against every order of answers."""
    assert len(people[0]) * len(answers[0]) > 300
    for one in people[0]:
        for other in answers[0]:
            pairs = [(by_person[one], by_answer[other]) for by_person, by_answer in zip(people, answers, strict=True)]
            assert sum(hits(*pair) for pair in pairs) <= MOST_HITS, (one, other)
            assert abs(mean(correlation(*pair) for pair in pairs)) <= STRONGEST, (one, other)


def check_grades(grades: list[Orders]) -> None:
    for column in grades[0]:
        strength = mean(correlation(range(PEOPLE), group[column]) for group in grades)
        assert abs(strength) <= STRONGEST, column


def check_nothing_is_shared(dump: Dump) -> None:
    """No value of an answer stands in any other table, by itself or in a text."""
    own = {"evaluation_answer", "pending_coach_grade"}
    elsewhere = {value for table, rows in dump.items() if table not in own for row in rows for value in row.values()}
    texts = " ".join(value for value in elsewhere if isinstance(value, str))
    for table in own:
        for row in dump[table]:
            for column in set(row) - CONTENT - OF_THE_GROUP - BY_THE_ENGINE:
                assert row[column] is None or row[column] not in elsewhere, (table, column)
                assert not isinstance(row[column], str) or row[column] not in texts, (table, column)


def check_moments(dump: Dump, moments: set[datetime]) -> None:
    """No row says when somebody answered; and of a group the last transaction wrote all answers."""
    written = {f"{moment:%Y-%m-%dT%H:%M:%S}" for moment in moments}
    for table, rows in dump.items():
        for row in rows:
            for column, value in row.items():
                assert value not in moments, (table, column)
                assert not isinstance(value, str) or value[:19] not in written, (table, column)
    writers = {(row["region_id"], row.get("xmin")) for row in dump["evaluation_answer"]}
    assert len(writers) == len(REGIONS)


def check_logs(groups: list[Group], logs: str) -> None:
    for group in groups:
        for place, (person, link) in enumerate(zip(group.order, group.links, strict=True)):
            told = (person.email, person.public_id, link.removeprefix("/evaluatie/"), f"plaats {place}")
            assert not [text for text in told if text in logs]
    assert not [row.public_id for row in EvaluationAnswer.select() if row.public_id in logs]


def test_every_table_of_answers_takes_part():
    """Tables whose rows lead to nobody are stored by their random keys; a new one has its order looked at here too."""
    stored_by_key = {table for table in migrating.all_tables() if table._meta.without_rowid is not False}
    assert stored_by_key == {EvaluationAnswer, PendingCoachGrade}


def test_the_attack_finds_an_order_that_is_there():
    """What is looked for would be found: a table in the order of answering, and one that is half in order."""
    known = list(range(PEOPLE))
    assert hits(known, known) > MOST_HITS
    half = [*range(PEOPLE // 2), *Random(1).sample(range(PEOPLE // 2, PEOPLE), PEOPLE // 2)]
    assert hits(known, half) * len(REGIONS) > MOST_HITS
    assert correlation(known, half) > STRONGEST
