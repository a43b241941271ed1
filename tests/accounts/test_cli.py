"""What operators type about people."""

import pytest

from portal.access import Role
from portal.accounts import queries
from portal.accounts.models import Invitation, InvitedRegion, SignInRequest
from portal.audit import AuditEntry
from portal.outbox import Mail
from tests.factories import TWENTE
from tests.page import BASE, Client


@pytest.fixture
def run(app, clock):
    """Type a command after `accounts`; gives exit code, what is printed, and what is said to be wrong."""

    def type_in(*words):
        done = app.test_cli_runner().invoke(args=["accounts", *words])
        return done.exit_code, done.stdout.strip(), done.stderr.strip()

    return type_in


def test_invite_mails_an_invitation_and_prints_nothing_secret(app, run, mailbox):
    code, printed, _ = run("invite", "--role", "region_admin", "--email", "wilma@example.org", "--region", TWENTE)
    assert (code, printed) == (0, "The invitation is on its way.")
    invited = Invitation.get()
    assert (invited.role, invited.email, invited.invited_by) == (Role.REGION_ADMIN, "wilma@example.org", None)
    assert Client(app).get(mailbox.last("wilma@example.org").link("/uitnodiging/")).status == 200


@pytest.mark.parametrize(
    "regions", [["--region", "RA0205", "--region", "RA0206"], ["--region", "RA0205", "RA0206"]], ids=["again", "after"]
)
def test_invite_for_several_regions(run, regions):
    assert run("invite", "--role", "region_staff", "--email", "wilma@example.org", *regions)[0] == 0
    assert [row.region_id for row in InvitedRegion.select().order_by(InvitedRegion.id)] == ["RA0205", "RA0206"]


@pytest.mark.parametrize("role", ["national", "privacy_officer", "operator"])
def test_invite_for_the_whole_country(run, role):
    assert run("invite", "--role", role, "--email", "rik@example.org")[0] == 0
    assert Invitation.get().role == role


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--role", "boss", "--email", "a@example.org"], "There is no role 'boss'."),
        (["--role", "participant", "--email", "a@example.org"], "There is no role 'participant'."),
        (["--role", "halfway", "--email", "a@example.org"], "There is no role 'halfway'."),
        (["--role", "coach", "--email", "a@example.org", "--region", "RA9999"], "There is no region 'RA9999'."),
        (["--role", "coach", "--email", "a@example.org", "--region", TWENTE, "x"], "There is no region 'x'."),
        (["--role", "coach", "--email", "a@example.org"], "Choose at least one region."),
        (["--role", "national", "--email", "a@example.org", "--region", TWENTE], "The role national has no region"),
        (["--role", "national", "--email", "nobody"], "Fill in your e-mail address."),
    ],
)
def test_invite_says_in_one_line_what_is_wrong(run, words, said):
    code, printed, wrong = run("invite", *words)
    assert (code, printed) == (1, "")
    assert wrong.startswith(f"Error: {said}")
    assert len(wrong.splitlines()) == 1
    assert (Invitation.select().count(), Mail.select().count()) == (0, 0)


def test_link_prints_an_address_that_signs_in_once(app, run, people, mailbox):
    noor = people.noor
    code, printed, _ = run("link", "NOOR@example.org")
    assert code == 0
    assert printed.startswith(f"{BASE}/inloggen/link/")
    assert list(mailbox) == []
    assert AuditEntry.get(AuditEntry.event == "account.link_printed").subject_id == noor.id
    browser = Client(app)
    link = printed.removeprefix(BASE)
    assert browser.submit(browser.get(link), link, follow=False).status == 303
    assert browser.get("/mijn-inlog").status == 200
    second = Client(app)
    assert second.submit(second.get(link), link).status == 410


def test_link_still_asks_for_the_second_step(app, run, people):
    link = run("link", people.wilma.email)[1].removeprefix(BASE)
    browser = Client(app)
    browser.submit(browser.get(link), link, follow=False)
    page = browser.get("/mijn-inlog")
    assert (page.status, page.location.startswith("/inloggen")) == (303, True)


@pytest.mark.parametrize("email", ["nobody@example.org", "nonsense", "", "a@b@c", "x@é.\u0000"])
def test_link_for_nobody_is_one_line(run, email):
    code, printed, wrong = run("link", email)
    assert (code, printed, len(wrong.splitlines())) == (1, "", 1)
    assert SignInRequest.select().count() == 0


def test_link_for_somebody_who_is_blocked(run, people, clock):
    account = people.noor
    type(account).update(blocked_at=account.created_at).execute()
    assert queries.account_by_address(account.email) is None
    assert run("link", account.email)[0] == 1
