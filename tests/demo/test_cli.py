"""`make demo` twice: the second start keeps the people."""

from portal.accounts.models import Account


def test_load_a_second_time_keeps_everything(demo):
    before = Account.select().count()
    done = demo.test_cli_runner().invoke(args=["demo", "load"])
    assert (done.exit_code, done.output) == (0, "")
    assert Account.select().count() == before


def test_production_has_no_demo_commands(db):
    done = db.test_cli_runner().invoke(args=["demo", "load"])
    assert done.exit_code == 2
    assert "No such command" in done.output
