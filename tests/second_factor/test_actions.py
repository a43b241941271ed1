"""Setting up the second step, giving it once, waiting after wrong codes, and recovery codes."""

from datetime import timedelta

import pyotp
import pytest

from portal import clock as portal_clock
from portal.access import Actor
from portal.audit import AuditEntry
from portal.crypto import digest
from portal.errors import DomainError
from portal.second_factor import actions, queries, rules
from portal.second_factor.models import Authenticator, RecoveryCode
from tests.racing import at_once

STEP = timedelta(seconds=30)


@pytest.fixture
def bram(people) -> Actor:
    return Actor(account_id=people.bram.id)


@pytest.fixture
def rik(people) -> Actor:
    return Actor(account_id=people.rik.id)


def now_code(actor: Actor, steps: int = 0) -> str:
    totp = pyotp.TOTP(queries.authenticator_of(actor).secret)
    return totp.generate_otp(int(portal_clock.now().timestamp()) // 30 + steps)


def wrong_code(actor: Actor) -> str:
    right = {now_code(actor, steps) for steps in (-1, 0, 1)}
    return next(code for code in ("000000", "111111", "222222", "333333") if code not in right)


def set_up(actor: Actor) -> list[str]:
    actions.prepare(actor)
    return actions.set_up(actor, now_code(actor), now=portal_clock.now())


def give(actor: Actor, code: str) -> str:
    """'in', or the name of the refusal."""
    try:
        actions.give(actor, code, now=portal_clock.now())
    except DomainError as error:
        return type(error).__name__
    return "in"


def events() -> list[str]:
    return [entry.event for entry in AuditEntry.select().order_by(AuditEntry.id)]


# -- setting up


def test_the_secret_is_shown_until_it_is_confirmed_and_stays_the_same(bram):
    first, second = actions.prepare(bram), actions.prepare(bram)
    assert first.secret == second.secret
    assert Authenticator.select().count() == 1
    actions.set_up(bram, now_code(bram), now=portal_clock.now())
    with pytest.raises(rules.AlreadySetUp):
        actions.prepare(bram)


def test_pressed_twice_at_once_one_secret_is_made(bram):
    made = at_once(lambda number: actions.prepare(bram).secret, times=6)
    assert len(set(made)) == 1, made


def test_the_first_right_code_confirms_and_gives_ten_recovery_codes(bram):
    codes = set_up(bram)
    assert len(set(codes)) == 10
    assert queries.codes_left(bram) == 10
    assert queries.authenticator_of(bram).confirmed_at == portal_clock.now()
    assert events() == ["second_factor.set_up"]


def test_a_wrong_code_confirms_nothing(bram):
    actions.prepare(bram)
    with pytest.raises(rules.WrongCode):
        actions.set_up(bram, wrong_code(bram), now=portal_clock.now())
    assert queries.authenticator_of(bram).confirmed_at is None
    assert queries.codes_left(bram) == 0


def test_what_is_set_up_is_not_set_up_again(bram, clock):
    set_up(bram)
    clock.shift(STEP)
    with pytest.raises(rules.AlreadySetUp):
        actions.set_up(bram, now_code(bram), now=portal_clock.now())


def test_without_an_app_no_code_is_right(bram):
    assert give(bram, "123456") == "WrongCode"
    actions.prepare(bram)
    assert give(bram, now_code(bram)) == "WrongCode", "not before it is confirmed"


# -- giving the code


def test_a_code_works_once(bram, clock):
    set_up(bram)
    assert give(bram, now_code(bram)) == "WrongCode", "it confirmed the app already"
    clock.shift(2 * STEP)
    code = now_code(bram)
    assert give(bram, code) == "in"
    assert [give(bram, typed) for typed in (code, f"{code[:3]} {code[3:]}", f"{code}\n")] == ["WrongCode"] * 3
    assert give(bram, now_code(bram, -1)) == "WrongCode", "an earlier one neither"
    assert give(bram, now_code(bram, 1)) == "in"


@pytest.mark.parametrize(("steps", "answer"), [(-2, "WrongCode"), (-1, "in"), (0, "in"), (1, "in"), (2, "WrongCode")])
def test_a_clock_may_be_half_a_minute_off(bram, clock, steps, answer):
    set_up(bram)
    clock.shift(10 * STEP)
    assert give(bram, now_code(bram, steps)) == answer


def test_of_one_code_at_many_places_at_once_one_is_taken(bram, clock):
    set_up(bram)
    clock.shift(2 * STEP)
    code = now_code(bram)
    answers = at_once(lambda number: give(bram, code), times=4)
    assert sorted(answers) == ["WrongCode"] * 3 + ["in"]


def test_the_code_of_somebody_else_is_wrong(bram, rik, clock):
    set_up(bram)
    set_up(rik)
    clock.shift(2 * STEP)
    assert give(bram, now_code(rik)) == "WrongCode"


def test_five_wrong_codes_wait_five_minutes_and_only_for_this_person(bram, rik, clock):
    set_up(bram)
    set_up(rik)
    clock.shift(2 * STEP)
    assert [give(bram, wrong_code(bram)) for _ in range(5)] == ["WrongCode"] * 5
    assert give(bram, now_code(bram)) == "TryLater", "the right one too"
    assert give(rik, now_code(rik)) == "in"
    clock.shift(timedelta(minutes=5, seconds=-1))
    assert give(bram, now_code(bram)) == "TryLater"
    clock.shift(timedelta(seconds=1))
    assert give(bram, now_code(bram)) == "in"


def test_wrong_codes_before_a_right_one_are_forgiven(bram, clock):
    set_up(bram)
    clock.shift(2 * STEP)
    for _ in range(3):
        assert [give(bram, wrong_code(bram)) for _ in range(4)] == ["WrongCode"] * 4
        assert give(bram, now_code(bram)) == "in"
        clock.shift(2 * STEP)


def test_guesses_at_once_are_five_and_no_more(bram, clock):
    set_up(bram)
    clock.shift(2 * STEP)
    guess = wrong_code(bram)
    answers = at_once(lambda number: give(bram, guess), times=9)
    assert sorted(answers) == ["TryLater"] * 4 + ["WrongCode"] * 5


def test_every_try_is_in_the_log(bram, clock):
    set_up(bram)
    clock.shift(2 * STEP)
    give(bram, wrong_code(bram))
    give(bram, now_code(bram))
    assert events() == ["second_factor.set_up", "second_factor.wrong", "second_factor.given"]


# -- recovery codes


def test_a_recovery_code_works_once_in_any_notation(bram):
    codes = set_up(bram)
    assert give(bram, codes[0].upper()) == "in"
    assert give(bram, codes[0]) == "WrongCode"
    assert give(bram, codes[1].replace("-", " ")) == "in"
    assert give(bram, codes[2].replace("-", "")) == "in"
    assert queries.codes_left(bram) == 7


def test_a_recovery_code_of_somebody_else_is_wrong(bram, rik):
    codes = set_up(bram)
    set_up(rik)
    assert give(rik, codes[0]) == "WrongCode"
    assert give(bram, codes[0]) == "in"


def test_of_one_recovery_code_at_many_places_at_once_one_is_taken(bram):
    codes = set_up(bram)
    answers = at_once(lambda number: give(bram, codes[0]), times=4)
    assert sorted(answers) == ["WrongCode"] * 3 + ["in"]


def test_a_recovery_code_does_not_help_while_trying_has_to_wait(bram, clock):
    codes = set_up(bram)
    clock.shift(2 * STEP)
    for _ in range(5):
        give(bram, wrong_code(bram))
    assert give(bram, codes[0]) == "TryLater"
    clock.shift(timedelta(minutes=5))
    assert give(bram, codes[0]) == "in"


def test_new_recovery_codes_need_a_fresh_code_and_end_the_old_ones(bram, clock):
    old = set_up(bram)
    clock.shift(2 * STEP)
    with pytest.raises(rules.WrongCode):
        actions.renew_recovery_codes(bram, wrong_code(bram), now=portal_clock.now())
    assert queries.codes_left(bram) == 10
    code = now_code(bram)
    new = actions.renew_recovery_codes(bram, code, now=portal_clock.now())
    assert not set(old) & set(new)
    assert queries.codes_left(bram) == 10
    assert [give(bram, old[0]), give(bram, code), give(bram, new[0])] == ["WrongCode", "WrongCode", "in"]
    assert "second_factor.codes_renewed" in events()


def test_neither_the_secret_nor_a_recovery_code_can_be_read_in_the_database(bram):
    codes = set_up(bram)
    secret = queries.authenticator_of(bram).secret
    tables = (Authenticator, RecoveryCode, AuditEntry)
    stored = " ".join(
        bytes(value).hex() if isinstance(value, bytes | memoryview) else str(value)
        for table in tables
        for row in table.select().tuples()
        for value in row
    )
    assert secret not in stored
    assert secret.encode().hex() not in stored
    assert not [code for code in codes if code in stored or code.replace("-", "") in stored]
    assert digest(f"{bram.account_id}:{rules.plain(codes[0])}", purpose="recovery-code") in stored


def test_who_goes_takes_the_second_step_along(bram, people):
    set_up(bram)
    people.bram.delete_instance()
    assert (Authenticator.select().count(), RecoveryCode.select().count()) == (0, 0)
