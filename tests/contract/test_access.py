"""Who gets in where: every address, as everybody, asked of the real application and compared with a reviewed file."""

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Blueprint

import portal
from portal import access, config
from portal.access import Role
from portal.jobs import Heartbeat
from tests.conftest import START
from tests.contract.asking import Visitor
from tests.factories import TWENTE, account

MATRIX = Path(__file__).with_name("access_matrix.txt")
ANONYMOUS = "anonymous"
EVERYBODY = [ANONYMOUS, *(role.value for role in Role)]
SIGN_IN, SECOND_STEP = "/inloggen", "/inloggen/tweede-stap"
HEADER = """\
# Who gets in where, as the real application answers; `PORTAL_WRITE_MATRIX=1 pytest tests/contract` writes it anew.
# in: let in, whatever the page then says · sign-in: sent there · step: sent to the second step · 403: refused
"""


@pytest.fixture
def everybody(app, clock) -> dict[str, Visitor]:
    Heartbeat.create(seen_at=START)  # The worker beats, so that /readyz is content.
    roles = [role for role in Role if role != Role.HALFWAY]
    found = {role.value: Visitor.as_account(app, account(role.value, role, TWENTE)) for role in roles}
    halfway = account("halfway", Role.COACH, TWENTE)
    found[Role.HALFWAY.value] = Visitor.as_account(app, halfway, second_step=False)
    return {ANONYMOUS: Visitor.as_account(app, None), **found}


def doors(app) -> Iterator[tuple[str, str, str]]:
    """Endpoint, method and path of every address, with an id or token that nothing has."""
    for rule in access.policy(app):
        for method in rule["methods"]:
            yield rule["endpoint"], method, re.sub(r"<[^>]+>", "bestaat-niet", rule["path"])


def decision(response) -> str:
    """What the guard said; a view that then finds nothing has let somebody in."""
    target = response.headers.get("HX-Redirect") or response.headers.get("Location")
    if target in (SIGN_IN, SECOND_STEP):
        return "sign-in" if target == SIGN_IN else "step"
    if response.status_code == 401:  # Something was filled in: it is kept, and the way in stands beside it.
        return "step" if f'href="{SECOND_STEP}"' in response.text else "sign-in"
    assert response.status_code < 500, response.request.path
    return "403" if response.status_code == 403 else "in"


def decisions(app, everybody, **headers) -> dict[tuple[str, ...], list[str]]:
    return {door: [said_to(visitor, door, **headers) for visitor in everybody.values()] for door in doors(app)}


def said_to(visitor: Visitor, door: tuple[str, str, str], **headers) -> str:
    _, method, path = door
    return decision(visitor.ask_for_nothing(method, path, **headers))


def reviewed() -> dict[tuple[str, ...], list[str]]:
    """The file: what everybody meets, by endpoint, method and path."""
    lines = [line.split() for line in MATRIX.read_text(encoding="utf-8").splitlines() if not line.startswith("#")]
    assert lines[0] == ["endpoint", "method", *EVERYBODY, "address"]
    return {(endpoint, method, path): said for endpoint, method, *said, path in lines[1:]}


def written(found: dict[tuple[str, ...], list[str]]) -> str:
    rows = [["endpoint", "method", *EVERYBODY, "address"]]
    rows += [[endpoint, method, *said, path] for (endpoint, method, path), said in sorted(found.items())]
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    lines = ["  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in rows]
    return HEADER + "\n".join(lines) + "\n"


def test_everybody_gets_in_where_the_reviewed_file_says(app, everybody):
    found = decisions(app, everybody)
    if os.environ.get("PORTAL_WRITE_MATRIX") == "1":
        MATRIX.write_text(written(found), encoding="utf-8")
    advice = "PORTAL_WRITE_MATRIX=1 writes access_matrix.txt anew; then read the difference"
    assert found == reviewed(), advice
    assert written(found) == MATRIX.read_text(encoding="utf-8"), advice


@pytest.mark.one_engine
def test_htmx_gets_in_where_the_browser_does_and_is_redirected_its_own_way(app, everybody):
    targets = {"sign-in": SIGN_IN, "step": SECOND_STEP}
    for door, expected in reviewed().items():
        for visitor, said in zip(everybody.values(), expected, strict=True):
            response = visitor.ask_for_nothing(door[1], door[2], HX_Request="true")
            assert decision(response) == said, (door, said)
            assert "Location" not in response.headers, door
            if said in targets:
                assert (response.status_code, response.data) == (204, b""), door
                assert response.headers["HX-Redirect"] == targets[said], door


@pytest.mark.one_engine
def test_no_header_or_field_makes_another_method_of_a_request(app, everybody):
    for (endpoint, method, path), expected in reviewed().items():
        other = "GET" if method == "POST" else "POST"
        for said, visitor in dict(zip(expected, everybody.values(), strict=True)).items():  # One who meets each.
            response = visitor.ask_for_nothing(
                method, f"{path}?_method={other}", {"_method": other}, X_HTTP_Method_Override=other
            )
            assert response.status_code != 405, (endpoint, method)
            assert decision(response) == said, (endpoint, method, said)


@pytest.mark.one_engine
def test_a_button_is_no_link(app, everybody):
    """What only takes POST refuses GET, also with a header or field that asks for POST."""
    methods: dict[str, set[str]] = {}
    for _, method, path in doors(app):
        methods.setdefault(path, set()).add(method)
    buttons = [path for path, known in methods.items() if "GET" not in known]
    assert "/coach/pauze" in buttons
    for path in buttons:
        for visitor in everybody.values():
            for asked in (path, f"{path}?_method=POST"):
                response = visitor.ask_for_nothing("GET", asked, X_HTTP_Method_Override="POST")
                assert response.status_code == 405, path
                assert set(response.headers["Allow"].split(", ")) == {"OPTIONS", "POST"}


# -- a view that says nothing about access


def forgotten() -> str:
    return "Vergeten."


def test_the_portal_does_not_start_with_a_view_that_says_nothing(migrated, monkeypatch, queue_kept):
    planted = Blueprint("planted", __name__)
    planted.add_url_rule("/vergeten", view_func=forgotten)
    monkeypatch.setattr(portal, "BLUEPRINTS", [*portal.BLUEPRINTS, planted])
    with pytest.raises(RuntimeError, match=r"Views without an access declaration: planted\.forgotten$"):
        portal.create_app(migrated)


def test_commands_fail_with_a_view_that_says_nothing(tmp_path):
    (tmp_path / "planted.py").write_text(
        "from portal import create_app\n"
        "from portal.pages.views import bp\n"
        "bp.add_url_rule('/vergeten', 'forgotten', lambda: 'Vergeten.')\n"
        "app = create_app()\n"
    )
    environment = {"PORTAL_ENV": "demo", "PORTAL_INSTANCE": str(tmp_path), "PYTHONPATH": f"{tmp_path}:{config.ROOT}"}
    done = subprocess.run(
        [sys.executable, "-m", "flask", "--app", "planted", "access", "list"],
        cwd=tmp_path,
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert done.returncode == 1
    assert "Views without an access declaration: pages.forgotten" in done.stderr
    assert done.stdout == ""
