"""Every address of the portal that a page stands at, with one example for every state that the page can show."""

import re
from collections.abc import Iterator

from portal.access import PERMISSIONS, PUBLIC, Role
from tests.live import Portal

CAST = {
    "Noor": Role.PARTICIPANT,
    "Bram": Role.COACH,
    "Wilma": Role.REGION_ADMIN,
    "Rik": Role.NATIONAL,
    "Fay": Role.PRIVACY_OFFICER,
    "Oscar": Role.OPERATOR,
}
# Files and signs of life are no pages; test_ways_in looks at what needs a mailed link or an unfinished sign-in.
NOT_LOOKED_AT = re.compile(
    r"\.(ics|txt|csv|<ending>)$|^/(healthz|readyz)$|<token>|^/inloggen/tweede-stap|^/bestanden/<"
)

OF_NOOR = "participant_id = (SELECT id FROM account WHERE email_key = 'noor@example.org')"
OF_BRAM = "coach_id IN (SELECT c.id FROM coach c JOIN account a ON a.id = c.account_id WHERE a.first_name = 'Bram')"
IN_TWENTE = "region_id = 'RA0205'"
HANDOVERS = (
    "FROM handover h JOIN referral r ON r.id = h.referral_id "
    "JOIN trajectory t ON t.enrolment_id = r.enrolment_id WHERE true"
)
OF_BRAM_NOW = f"t.{OF_BRAM}"
COACHES = f"SELECT public_id FROM coach WHERE id IN (SELECT coach_id FROM coach_region WHERE {IN_TWENTE})"
# Where the ids in an address come from: one of every state that a page can show. The longest beginning counts.
EXAMPLES = {
    "/afspraken/<public_id>": f"SELECT MIN(public_id) FROM session WHERE {OF_NOOR} GROUP BY status",
    "/afspraken/<public_id>/": f"SELECT public_id FROM session WHERE {OF_NOOR} AND status = 'planned' LIMIT 1",
    "/afspraken/bevestig/<public_id>": "SELECT public_id FROM hold",
    "/afspraken/met/<public_id>": f"{COACHES} AND status = 'available' LIMIT 2",
    "/coach/gesprek/<public_id>": f"SELECT MIN(public_id) FROM session WHERE {OF_BRAM} GROUP BY status",
    "/coach/traject/<public_id>": f"SELECT MIN(public_id) FROM trajectory WHERE {OF_BRAM} GROUP BY status",
    "/coach/traject/<public_id>/": f"SELECT public_id FROM trajectory WHERE {OF_BRAM} AND status = 'ongoing' LIMIT 1",
    "/regio/gesprek/<public_id>/": (
        "SELECT s.public_id FROM session s JOIN trajectory t ON t.id = s.trajectory_id "
        f"JOIN enrolment e ON e.id = t.enrolment_id WHERE e.{IN_TWENTE} AND s.status = 'planned' "
        "AND s.starts_at > strftime('%Y-%m-%dT%H:%M:%S', 'now', '+2 hours') LIMIT 1"
    ),
    "/coach/gesprek/<public_id>/": (
        f"SELECT public_id FROM session WHERE {OF_BRAM} AND status = 'planned' "
        "AND starts_at > strftime('%Y-%m-%dT%H:%M:%S', 'now', '+2 hours') LIMIT 1"
    ),
    "/coach/overdracht/<public_id>": f"SELECT MIN(h.public_id) {HANDOVERS} AND {OF_BRAM_NOW} GROUP BY r.status",
    "/coach/overdracht/<public_id>/": f"SELECT h.public_id {HANDOVERS} AND {OF_BRAM_NOW} LIMIT 1",
    "/mijn/vraag/<public_id>": f"SELECT h.public_id {HANDOVERS} AND t.{OF_NOOR}",
    "/wegwijzer/": f"SELECT public_id FROM destination WHERE {IN_TWENTE} LIMIT 1",
    "/landelijk/vragenlijsten/vraag/<public_id>": (
        "SELECT MIN(q.public_id) FROM question q JOIN questionnaire n ON n.id = q.questionnaire_id "
        "WHERE n.state = 'draft' GROUP BY q.kind, q.standard"
    ),
    "/landelijk/vragenlijsten/<public_id>": "SELECT MIN(public_id) FROM questionnaire GROUP BY state",
    "/landelijk/vragenlijsten/<public_id>/": "SELECT public_id FROM questionnaire WHERE state = 'draft'",
    "/landelijk/rapporten/<public_id>": "SELECT MIN(public_id) FROM report GROUP BY state",
    "/landelijk/rapporten/<public_id>/": "SELECT public_id FROM report WHERE state = 'locked'",
    "/landelijk/jaaroverzicht/<number>": "SELECT number FROM report WHERE state = 'locked'",
    "/jaaroverzicht/<number>": "SELECT number FROM report WHERE state = 'locked'",
    "/landelijk/import/<public_id>": "SELECT MIN(public_id) FROM upload GROUP BY status",
    "/regio/reacties/<public_id>": f"SELECT MIN(public_id) FROM remark WHERE {IN_TWENTE} GROUP BY quote_consent",
    "/regio/coaches/<public_id>": f"{COACHES} GROUP BY status",
    "/regio/coaches/<public_id>/": f"{COACHES} AND status = 'available' LIMIT 1",
    "/regio/aanmelding/<public_id>": (
        f"SELECT MIN(public_id) FROM enrolment WHERE {IN_TWENTE} AND status <> 'submitted' AND tally_person IS NULL "
        "GROUP BY status"
    ),
    "/regio/aanmelding/<public_id>/": (
        f"SELECT public_id FROM enrolment WHERE {IN_TWENTE} AND status = 'confirmed' LIMIT 1"
    ),
}
# Where somebody has others of their own.
EXAMPLES_OF = {
    Role.NATIONAL: {"/wegwijzer/": "SELECT public_id FROM destination WHERE region_id IS NULL LIMIT 1"},
}

# Nobody in the demo is just choosing a time, so Noor keeps two under her hand, far away: to book, and to move to.
HOLDS = {"to-book": "NULL", "to-move-to": "s.id"}
HOLD_BLOCK = f"""INSERT INTO block
    (coach_id, starts_at, ends_at, block_starts_at, block_ends_at, source, active, expires_at)
    SELECT coach_id, ?1, ?2, ?1, ?2, 'hold', 1, ?2 FROM session WHERE {OF_NOOR} AND status = 'planned' LIMIT 1"""
HOLD = f"""INSERT INTO hold (public_id, block_id, enrolment_id, coach_id, moving_id, starts_at, mode, seen, made_at)
    SELECT ?1, (SELECT MAX(id) FROM block), t.enrolment_id, s.coach_id, {{moving}}, ?2, 'phone', 0, ?2
    FROM session s JOIN trajectory t ON t.id = s.trajectory_id WHERE s.{OF_NOOR} AND s.status = 'planned' LIMIT 1"""


def hold_times(demo: Portal) -> None:
    if demo.rows("SELECT COUNT(*) FROM hold") == [(0,)]:
        for day, (name, moving) in enumerate(HOLDS.items(), start=1):
            starts_at, ends_at = (f"2100-01-0{day}T{hour}:00:00.000000Z" for hour in (10, 11))
            demo.rows(HOLD_BLOCK, starts_at, ends_at)
            demo.rows(HOLD.format(moving=moving), name, starts_at)


def addresses_for(role: Role | None, demo: Portal) -> Iterator[str]:
    """Every address that this role may open; for nobody the public ones."""
    for page in demo.pages:
        path, permission = page["path"], page["permission"]
        allowed = role is None if permission == PUBLIC else role in PERMISSIONS[permission]
        if allowed and "GET" in page["methods"] and not NOT_LOOKED_AT.search(path):
            yield from filled_in(path, demo, EXAMPLES | EXAMPLES_OF.get(role, {}))


def filled_in(path: str, demo: Portal, examples: dict[str, str] = EXAMPLES) -> Iterator[str]:
    if "<" not in path:
        yield path
        return
    beginnings = [known for known in examples if path == known or (known.endswith("/") and path.startswith(known))]
    assert beginnings, f"{path}: say in EXAMPLES where its id comes from"
    if path.startswith("/afspraken/bevestig/"):
        hold_times(demo)
    ids = [row[0] for row in demo.rows(examples[max(beginnings, key=len)])]
    assert ids, f"{path}: the demo has no example"
    for found in ids:
        yield re.sub(r"<[^>]+>", found, path)
