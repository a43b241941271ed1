"""The house: every page has a template, a block, tests and a place that can be guessed from its name."""

import ast
import inspect
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from portal import access, create_app
from portal.config import ROOT
from portal.jobs import Heartbeat
from tests import markup
from tests.conftest import START, settings_for
from tests.contract.asking import Visitor
from tests.contract.world import ANONYMOUS, Corner, may, signing_up
from tests.factories import TWENTE
from tests.page import Client

pytestmark = pytest.mark.one_engine

TEMPLATES = ROOT / "templates"
# What shows a template, each with the block that htmx gets when the call does not say which.
RENDERING = {"render": None, "step_page": "step_form", "planning": "booking_form", "moving": "booking_form"}
# Views without a template of their own name, each with what they answer instead.
WITHOUT_TEMPLATE = {
    "offers.not_earlier": "goes back to the talk",
    **{
        f"{page}_by_link": f"shows the page of {page} to who has the link"
        for page in ("sessions.show", "sessions.cancel", "holds.move", "holds.confirm")
    },
    "accounts.end_session": "goes back to the list",
    "accounts.home": "goes on to the start page of one's role",
    "accounts.sign_out_everywhere": "goes on to 'signed out'",
    "agenda.feed": "a file for calendars",
    "agenda.hide_names": "goes back to the coach's calendar",
    "agenda.revoke_of_coach": "goes back to the coach's calendar",
    "agenda.revoke_own": "goes back to the page of the address",
    "agenda.show_names": "goes back to the coach's calendar",
    "coaches.pause": "goes back to the profile",
    "coaches.readmit": "goes back to the coach",
    "coaches.resume": "goes back to the profile",
    "coaches.unblock": "goes back to the coach",
    "dashboard.switch_mail_off": "goes back to the switch",
    "dashboard.switch_mail_on": "goes back to the switch",
    "downloads.fetch": "a file",
    "desk.put_on_waiting_list": "goes back to the enrolment, or shows it again",
    "desk.take_on": "goes back to the enrolment, or shows it again",
    "destinations.confirm": "goes back to the list",
    "destinations.remove_backup": "goes back to the list",
    "evaluations.wipe": "goes back to the questions",
    "later.allow": "goes back to my data",
    "later.withdraw": "goes back to my data",
    "remarks.put_aside": "goes back to the list",
    "handovers.send": "goes back to the handover",
    "handovers.send_again": "goes back to the handover",
    "handovers.take_back": "goes back to the handover",
    "handovers.tell": "goes back to the question",
    "handovers.told": "goes back to the handover",
    "handovers.withdraw": "goes back to the question",
    "imports.problems": "a file",
    "matching.choose": "goes on to the participant's own page",
    "matching.choose_for_me": "goes on to the participant's own page",
    "operations.try_again": "goes back to the list, or shows it again",
    "operations.try_all_again": "goes back to the list",
    "outside.remove": "goes back to the coach's calendar",
    "pages.choose_language": "goes back to the page",
    "pages.healthz": "a probe",
    "pages.readyz": "a probe",
    "pages.robots_txt": "a file for machines",
    "pages.security_txt": "a file for machines",
    "questionnaires.copy": "goes on to the new version",
    "questionnaires.discard": "goes back to the list",
    "questionnaires.move_down": "goes back to the version",
    "questionnaires.move_up": "goes back to the version",
    "questionnaires.remove": "goes back to the version",
    "privacy.withdraw_consent": "goes back to my data",
    "schedule.remove_absence": "goes back to the list",
    "schedule.remove_extra": "goes back to the list, or shows it with the talks that would be touched",
    "second_factor.begin": "goes on to set up",
    "sessions.calendar_file": "a file",
    "yearly.accept_tasks": "goes back to the report, or shows it again",
    "yearly.approve": "goes back to the report, or shows it again",
    "yearly.check": "goes back to the report, or shows it again",
    "yearly.discard": "goes back to the list, or shows the report again",
    "yearly.download": "a file",
    "yearly.preview": "shows the page of yearly.overview before it is locked",
    "yearly.public_download": "a file",
    "yearly.public_overview": "shows the page of yearly.overview to everybody",
    "workday.note_contact": "goes back to the trajectory",
}
# Templates that stand beside the one of the view, each with the view that shows it.
BESIDE = {
    "agenda/made.html": "agenda.own and agenda.of_coach, once",
    "enrolments/confirmed.html": "enrolments.confirm, pressed again",
    "matching/no_enrolment.html": "matching.coaches_that_fit, when nothing was signed up for",
    "second_factor/not_set_up.html": "second_factor.set_up, before there is a secret",
    "second_factor/codes.html": "second_factor.set_up and renew_codes, once",
}
SHARED = {"base.html", "ui.html", "mail/base.html", "errors/error.html", "errors/kept.html", "errors/notice.html"}
KINDS = {"rules", "models", "queries", "actions", "forms", "views", "jobs", "mails", "cli"}
# Other files in features, each with its reason.
OTHER_KINDS = {
    "handovers": {"words": "the words to begin with"},
    "accounts": {"browser": "the session of a request, which views of other features need too"},
    "agenda": {"ical": "what a calendar fetches: no mail, no query"},
    "availability": {
        "hours": "what weekly hours come down to on dates: rules that outgrew their file",
        "reasons": "why a time is not free, beside the rules that say when it is",
    },
    "coaches": {"terms": "on which terms people book, and the words for it: rules that outgrew their file"},
    "counting": dict.fromkeys(
        [
            *("catalogue", "definitions", "figures", "journey", "journey_rows", "offer", "offer_rows"),
            *("people", "people_rows", "periods", "rows", "work"),
        ],
        "one file per kind of figure, which no request changes",
    ),
    "demo": {
        "lives": "the made-up people",
        "places": "the made-up places, and handovers to them",
        "history": "last year, of which only figures are left",
        "reactions": "what people wrote, and the quotes that were approved",
        "registrations": "files that national staff sent in",
    },
    "disclosure": {
        "batches": "when answers come into figures, so that no change tells of one",
        "bands": "which answers are told together, and how much their mean may say",
        "cells": "the numbers of several tables, what ties them, and who knows more of them",
        "bounds": "what several tables say together, for a page",
        "linear": "the same for a report, by a solver that only the worker loads",
        "relations": "what adds up to what, and what is at most what",
        "tables": "figures that leave together, and how they hang together",
    },
    "enrolments": {
        "browser": "the draft of a request",
        "reach": "addresses and phone numbers as people type them: rules that outgrew their file",
    },
    "second_factor": {"browser": "the second step of a request, which views of other features ask for"},
    "exports": {"sheets": "what all files to take away are written with"},
    "imports": {
        "archives": "a zip, opened with care",
        "sources": "files as lines of cells",
        "cells": "one cell at a time",
        "lines": "from a line to a row",
        "rows": "what a line says",
        "mistakes": "everything that can be wrong: rules that outgrew their file",
        "checks": "lines beside each other",
        "stories": "what a registration says, as the portal tells it",
        "loads": "all files, read and checked",
        "ids": "which row a ref stands for",
        "people": "an account for everybody who is loaded",
        "lives": "writing enrolments with their talks",
        "writes": "writing a load",
        "bulk": "many rows at once",
    },
    "outside": {"reader": "a program of its own, in a process of its own: it knows nothing of the portal"},
    "pages": {"menu": "what every page has at the top"},
    "programmes": {"calendar": "working days", "codes": "the code lists of all features"},
    "sessions": {
        "checks": "whether a talk can be booked or moved, for who books and for who holds a time",
        "planning": "how coach and desk choose a time, which differs only in who they are",
        "ways": "signed in or by the link in a mail: where the pages of a talk stand",
    },
    "whynot": {"words": "every reason as a sentence"},
    "schedule": {"rows": "hours as rows of text, which buttons add, drop and copy"},
    "results": {"answers": "questions that are no counters, each read and then shown in the same way"},
    "yearly": {
        "files": "a report as a file: no view, no query",
        "beside": "what others published, beside what a report counts",
        "maps": "the map of a report",
        "gathering": "what a report says, out of what was counted",
        "checking": "whether everybody who reads it may know that",
        "overview": "the page of a report, out of what it says: nothing is read",
        "shown": "protected figures as plain values",
        "words": "what figures, tables and rows are called",
    },
    "regions": {"data": "what CBS and GeoNames published"},
    "destinations": {"data": "the places to begin with", "words": "urgent help in the language of the reader"},
}


@pytest.fixture
def views(tmp_path, queue_kept) -> dict:
    """By endpoint, with those that only the demo has."""
    return create_app(settings_for(f"sqlite:///{tmp_path / 'demo.db'}", env="demo")).view_functions


def features() -> Iterator[Path]:
    return (path.parent for path in sorted((ROOT / "portal").glob("*/__init__.py")))


def rendered() -> Iterator[tuple[str, str | None]]:
    """Every template that a view renders, with the block that htmx gets."""
    for path in sorted((ROOT / "portal").glob("*/views.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") in RENDERING:
                named = [a.value for a in node.args if isinstance(a, ast.Constant)]
                blocks = [k.value.value for k in node.keywords if k.arg == "fragment"]
                blocks += [RENDERING[node.func.id]]
                for template in (name for name in named if name.endswith(".html")):
                    yield template, blocks[0]


def mails() -> list[str]:
    found = {path.relative_to(TEMPLATES / "mail").with_suffix("") for path in (TEMPLATES / "mail").glob("*/*.*")}
    return sorted(map(str, found))


# -- templates


def test_every_page_has_the_template_of_its_name(views):
    missing = {endpoint for endpoint in views if not (TEMPLATES / f"{endpoint.replace('.', '/')}.html").is_file()}
    assert missing == set(WITHOUT_TEMPLATE)


def test_every_view_renders_the_template_of_its_name(views):
    for endpoint, view in views.items():
        if endpoint not in WITHOUT_TEMPLATE and endpoint != "enrolments.confirm":  # Of two, one by its name.
            source = inspect.getsource(inspect.getmodule(view))
            assert f'"{endpoint.replace(".", "/")}.html"' in source, endpoint


def test_every_template_is_shown_by_a_view_or_sent():
    there = {str(path.relative_to(TEMPLATES)) for path in TEMPLATES.rglob("*.*")}
    pages = {template for template, _ in rendered()} | {"enrolments/confirm.html", *BESIDE}
    code = "".join(path.read_text(encoding="utf-8") for path in (ROOT / "portal").rglob("*.py"))
    sent = {f"mail/{mail}.{ending}" for mail in mails() if f'"{mail}"' in code for ending in ("txt", "html")}
    assert there == pages | sent | SHARED


def test_templates_beside_a_page_are_no_pages_themselves(views):
    for template in BESIDE:
        assert template.removesuffix(".html").replace("/", ".") not in set(views) - set(WITHOUT_TEMPLATE)


def test_every_mail_is_there_as_text_and_as_html_with_the_same_links():
    link = re.compile(r"link\(([^)]*)\)")
    assert len(mails()) > 8
    for mail in mails():
        text, html = ((TEMPLATES / "mail" / f"{mail}.{e}").read_text(encoding="utf-8") for e in ("txt", "html"))
        hrefs = re.findall(r'href="\{\{ link\(([^)]*)\) \}\}"', html)
        assert hrefs == link.findall(text), mail
        assert set(link.findall(html)) == set(hrefs), mail
        assert hrefs, f"{mail} leads nowhere"
        assert "http" not in text + html, mail


# -- blocks


def test_a_block_has_the_name_of_the_one_element_it_holds(app, clock, mailbox):
    """Asked as htmx does, by the first who gets the block and not a whole page."""
    blocks = {template: block for template, block in rendered() if block}
    assert len(blocks) > 25
    Heartbeat.create(seen_at=START)
    twente = Corner(TWENTE, "Jansen", mailbox)
    visitors = {who: list(map(Visitor.of, browsers)) for who, browsers in twente.browsers(app).items()}
    visitors[ANONYMOUS] = list(signing_up(Client(app)))
    pages = twente.pages(app)
    for rule in access.policy(app):
        block = blocks.get(f"{rule['endpoint'].replace('.', '/')}.html")
        if block is None:
            continue
        asked = (visitor for who in visitors for visitor in visitors[who] if may(who, rule["permission"]))
        answers = (
            visitor.ask("GET", address, headers={"HX-Request": "true"})
            for visitor in asked
            for address in pages[rule["endpoint"]]
        )
        shown = (answer.get_data(as_text=True) for answer in answers if answer.status_code == 200)
        alone = next((html for html in shown if "<html" not in html), None)
        assert alone is not None, f"{rule['endpoint']} is a whole page for everybody"
        fragment = markup.read(alone)[0].find("body")
        assert [element.get("id") for element in fragment] == [block], rule["endpoint"]
        assert not (fragment.text or "").strip(), rule["endpoint"]
        assert not any((element.tail or "").strip() for element in fragment), rule["endpoint"]


def test_every_block_that_a_view_names_is_in_its_template(app):
    for template, block in rendered():
        if block:
            assert block in app.jinja_env.get_template(template).blocks, template


# -- files and tests


def test_features_have_the_same_kinds_of_file():
    for feature in features():
        others = set(OTHER_KINDS.get(feature.name, {}))
        there = {path.stem for path in feature.iterdir() if path.stem not in ("__init__", "__pycache__")}
        assert there - KINDS == others, feature.name
    assert set(OTHER_KINDS) <= {feature.name for feature in features()}


def test_the_map_in_the_readme_names_every_room_once():
    rows = re.findall(r"^\| (`.*?) \|", (ROOT / "README.md").read_text(encoding="utf-8"), re.MULTILINE)
    named = [name for row in rows for name in re.findall(r"`([a-z_]+)`", row)]
    rooms = {feature.name for feature in features()}
    assert sorted(name for name in named if name in rooms) == sorted(rooms)


def test_every_view_has_tests_that_bear_its_name(views):
    untested = []
    for endpoint, view in views.items():
        feature = view.__module__.split(".")[1]
        tests = (ROOT / "tests" / feature / "test_views.py").read_text(encoding="utf-8")
        if not re.search(rf"^def test_{view.__name__}_", tests, re.MULTILINE):
            untested.append(endpoint)
    assert untested == []
