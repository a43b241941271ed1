"""The audit log: rows are added in the transaction of the change, and nobody takes one away."""

from datetime import UTC, datetime

import peewee
import pytest

from portal import audit
from portal.access import PORTAL, Actor, Role
from portal.audit import AuditEntry, Deed
from portal.db import database, transaction

BRAM = Actor(account_id=7, roles=frozenset({Role.REGION_ADMIN, Role.COACH}))


def test_an_entry_says_who_did_what_to_what_and_when(db, clock, people):
    audit.record(BRAM, "account.invited", people.noor, detail="coach")
    entry = AuditEntry.get()
    assert (entry.deed, entry.event, entry.actor_id, entry.actor_roles) == (
        Deed.CHANGED,
        "account.invited",
        7,
        "coach region_admin",
    )
    assert (entry.subject_table, entry.subject_id, entry.detail) == ("account", people.noor.id, "coach")
    assert entry.at == datetime(2026, 3, 2, 10, 0, tzinfo=UTC)


def test_reading_and_refusing_are_noted_as_such(db, clock, people):
    audit.record_read(BRAM, "enrolment.opened", people.noor)
    audit.record_refusal(BRAM, "http.404", detail="desk.enrolment")
    audit.record(PORTAL, "account.link_printed", at=datetime(2026, 1, 1, tzinfo=UTC))
    rows = list(AuditEntry.select().order_by(AuditEntry.id))
    assert [row.deed for row in rows] == [Deed.READ, Deed.REFUSED, Deed.CHANGED]
    assert (rows[1].subject_table, rows[1].subject_id, rows[1].detail) == (None, None, "desk.enrolment")
    assert (rows[2].actor_id, rows[2].at) == (None, datetime(2026, 1, 1, tzinfo=UTC))


def test_an_entry_goes_with_the_change_that_fails(db, clock):
    def invite_and_fail() -> None:
        with transaction():
            audit.record(BRAM, "account.invited")
            raise LookupError

    with pytest.raises(LookupError):
        invite_and_fail()
    assert AuditEntry.select().count() == 0


def test_a_long_detail_is_cut(db, clock):
    audit.record(BRAM, "account.invited", detail="x" * 500)
    assert AuditEntry.get().detail == "x" * 200


CHANGES = [
    lambda: AuditEntry.update(detail="iets anders").execute(),
    lambda: AuditEntry.delete().execute(),
    lambda: AuditEntry.delete().where(AuditEntry.event == "account.invited").execute(),
    lambda: database.execute_sql("UPDATE audit_entry SET actor_id = NULL"),
    lambda: database.execute_sql("DELETE FROM audit_entry"),
]


@pytest.mark.parametrize("change", CHANGES)
def test_the_database_refuses_to_change_or_delete_an_entry(db, clock, change):
    audit.record(BRAM, "account.invited", detail="coach")
    with pytest.raises(peewee.DatabaseError, match="audit_entry_is_append_only"), transaction():
        change()
    assert [row.detail for row in AuditEntry.select()] == ["coach"]


@pytest.mark.parametrize("method", ["get", "post"])
def test_doors_that_are_closed_to_staff_are_in_the_log(client, people, method):
    client.sign_in(people.wilma)
    csrf = client.get("/mijn-inlog").form("/mijn-inlog/overal-uit").fields["csrf_token"][0]
    path = "/mijn" if method == "get" else "/mijn-inlog/andermans/beeindig"
    page = getattr(client, method)(path, **({"data": {"csrf_token": csrf}} if method == "post" else {}))
    assert page.status in (403, 404)
    entry = AuditEntry.get(AuditEntry.deed == Deed.REFUSED)
    assert (entry.event, entry.actor_id) == (f"http.{page.status}", people.wilma.id)
    assert entry.detail in ("mine.show", "accounts.end_session")
