"""Texts wait for each other, leave their grades, and become quotes only with consent and approval."""

from datetime import UTC, date, datetime, timedelta

import peewee
import pytest

from portal import clock as portal_clock
from portal.access import Role
from portal.audit import AuditEntry
from portal.crypto import new_public_id
from portal.db import database, on_postgres
from portal.errors import NotFound
from portal.evaluations.models import EvaluationAnswer
from portal.programmes.codes import ProgrammeCode
from portal.remarks import actions, queries, rules
from portal.remarks.models import Remark
from portal.remarks.rules import RemarkState
from tests import factories
from tests.factories import TWENTE, ZUID_LIMBURG, actor_of

MARCH, APRIL = date(2026, 3, 1), date(2026, 4, 1)


@pytest.fixture
def wilma(people):
    return actor_of(people.wilma, Role.REGION_ADMIN, TWENTE)


@pytest.fixture
def otto(people):
    return actor_of(people.otto, Role.REGION_ADMIN, ZUID_LIMBURG)


def answer(text, *, region=TWENTE, programme=ProgrammeCode.SIJW, month=MARCH, grade=8, **changes):
    made = EvaluationAnswer(
        public_id=new_public_id(), programme=programme, region=region, closed_month=month, coach_grade=grade, **changes
    )
    made.comment = text
    made.save(force_insert=True)
    return made


def texts(actor):
    return sorted(shown.remark.text for shown in queries.to_read(actor))


# -- coming into view


def test_gather_waits_until_five_people_wrote(db, clock, wilma):
    for number in range(4):
        answer(f"Tekst {number}", month=date(2026, number + 1, 1))
    answer("")
    assert actions.gather() == 0
    assert texts(wilma) == []
    answer("Tekst 4")
    assert actions.gather() == 5
    assert texts(wilma) == [f"Tekst {number}" for number in range(5)]
    assert actions.gather() == 0


def test_gather_counts_every_programme_and_region_apart(db, clock, wilma, otto):
    for number in range(5):
        answer(f"Twente {number}")
        answer(f"Limburg {number}", region=ZUID_LIMBURG)
    for number in range(4):
        answer(f"Extra {number}", programme=ProgrammeCode.ECZ)
        answer(f"Landelijk {number}", region=None)
    answer("Landelijk 4", region=None)
    assert actions.gather() == 10
    assert {text.split()[0] for text in texts(wilma)} == {"Twente"}
    assert {text.split()[0] for text in texts(otto)} == {"Limburg"}


def test_gather_leaves_grades_without_what_was_written(db, clock):
    for number in range(5):
        answer(f"Kanarie {number}", grade=number + 1, quote_consent=True)
    actions.gather()
    rows = list(EvaluationAnswer.select())
    assert sorted(row.coach_grade for row in rows) == [1, 2, 3, 4, 5]
    assert not any(row.comment_sealed or row.texts_sealed or row.quote_consent for row in rows)
    assert not {row.public_id for row in rows} & {remark.public_id for remark in Remark}
    assert not any(b"Kanarie" in bytes(remark.text_sealed) for remark in Remark)


def test_gather_takes_every_text_of_who_wrote_several(db, clock, wilma):
    for number in range(5):
        made = answer(f"Tekst {number}")
        made.texts = '{"own_1": "Meer"}'
        made.save()
    assert actions.gather() == 10
    assert sorted(remark.question for remark in Remark) == ["comment"] * 5 + ["own_1"] * 5


def test_the_order_of_texts_says_nothing(db, clock, wilma):
    for number in range(30):
        answer(f"{number:02}")
    actions.gather()
    shown = [shown.remark.text for shown in queries.to_read(wilma)]
    assert sorted(shown) == [f"{number:02}" for number in range(30)]
    assert shown != sorted(shown)
    stored = "SELECT public_id FROM remark" + (" ORDER BY ctid" if on_postgres() else "")
    keys = [key for (key,) in database.execute_sql(stored).fetchall()]
    assert keys == sorted(keys)


# -- who reads


@pytest.mark.parametrize(
    ("name", "role"),
    [("noor", Role.PARTICIPANT), ("bram", Role.COACH), ("wilma", Role.REGION_STAFF), ("rik", Role.NATIONAL)],
)
def test_nobody_else_reads_a_text(people, clock, name, role):
    remark = factories.remark(TWENTE, "Kanarie")
    actor = actor_of(getattr(people, name), role, TWENTE)
    assert queries.to_read(actor) == queries.quotes_of(actor) == []
    with pytest.raises(NotFound):
        queries.by_public_id(actor, remark.public_id)


# -- quotes


def test_approve_makes_a_quote_by_cutting(wilma, clock):
    remark = factories.remark(TWENTE, "Dank je, Bram. Ik durf weer.")
    actions.approve(wilma, remark, shortened="Dank je. Ik durf weer.")
    assert quotes() == ["Dank je (…). Ik durf weer."]
    assert texts(wilma) == []
    assert AuditEntry.select().where(AuditEntry.event == "remark.approved").count() == 1
    assert not [entry for entry in AuditEntry.select() if "Dank" in entry.detail]


def quotes(programme=ProgrammeCode.SIJW, first=MARCH, until=APRIL):
    return queries.approved_quotes(programme, first_month=first, until=until)


def test_without_consent_nothing_is_quoted_whoever_tries(wilma, clock):
    remark = factories.remark(TWENTE, "Liever niet.", quote_consent=False)
    with pytest.raises(rules.NoConsent):
        actions.approve(wilma, remark, shortened="Liever niet.")
    for changes in ({"state": RemarkState.APPROVED}, {"state": RemarkState.APPROVED, "quote_sealed": b"x"}):
        with pytest.raises(peewee.IntegrityError), database.atomic():
            Remark.update(changes).where(Remark.public_id == remark.public_id).execute()
    assert quotes() == []


def test_put_aside_takes_an_approval_back(wilma, clock):
    remark = factories.remark(TWENTE, "Ik durf weer.")
    actions.approve(wilma, remark, shortened="Ik durf weer.")
    actions.put_aside(wilma, queries.by_public_id(wilma, remark.public_id))
    assert quotes() == []
    assert Remark.get().quote_sealed is None


def test_quotes_are_of_a_programme_and_months(wilma, clock):
    for month in (1, 2, 3):
        remark = factories.remark(TWENTE, f"Maand {month}", closed_month=date(2026, month, 1))
        actions.approve(wilma, remark, shortened=f"Maand {month}")
    assert sorted(quotes(first=date(2026, 2, 1))) == ["Maand 2", "Maand 3"]
    assert quotes(ProgrammeCode.ECZ, first=date(2026, 1, 1)) == []


# -- going


def test_erase_old_takes_texts_of_24_months_ago(wilma, clock):
    for month in (2, 3):
        factories.remark(TWENTE, f"Maand {month}", closed_month=date(2026, month, 1))
        answer(f"Wacht {month}", month=date(2026, month, 1))
    assert actions.erase_old(now=datetime(2028, 3, 1, 12, tzinfo=UTC)) == 1
    assert texts(wilma) == ["Maand 3"]
    waiting = EvaluationAnswer.select().order_by(EvaluationAnswer.closed_month)
    assert [row.comment for row in waiting] == [None, "Wacht 3"]
    assert actions.erase_old(now=portal_clock.now() + timedelta(days=1)) == 0
