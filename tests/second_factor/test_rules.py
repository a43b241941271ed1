"""When a code from the app is right, and when trying has to wait."""

from datetime import UTC, datetime, timedelta

import pyotp
import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.second_factor import rules

NOW = datetime(2026, 3, 2, 10, 0, tzinfo=UTC)
STEP = int(NOW.timestamp()) // 30
SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
# From RFC 6238, appendix B: the secret is '12345678901234567890'; we show the last six of its eight digits.
RFC_SECRET = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"
RFC_CODES = [(59, "287082"), (1111111109, "081804"), (1234567890, "005924"), (2000000000, "279037")]


def code(step: int) -> str:
    return pyotp.TOTP(SECRET).generate_otp(step)


@pytest.mark.parametrize(("seconds", "right"), RFC_CODES)
def test_codes_are_those_of_the_standard(seconds, right):
    moment = datetime.fromtimestamp(seconds, UTC)
    assert rules.matching_step(RFC_SECRET, right, now=moment, after=0) == seconds // 30


@pytest.mark.parametrize("away", [-1, 0, 1])
def test_a_code_of_this_step_or_the_one_beside_it_is_right(away):
    assert rules.matching_step(SECRET, code(STEP + away), now=NOW, after=0) == STEP + away


@pytest.mark.parametrize("away", [-100, -3, -2, 2, 3, 100])
def test_a_code_of_another_time_is_wrong(away):
    assert rules.matching_step(SECRET, code(STEP + away), now=NOW, after=0) is None


@pytest.mark.parametrize("away", [-1, 0, 1])
def test_a_code_that_was_used_and_every_earlier_one_are_wrong(away):
    assert rules.matching_step(SECRET, code(STEP + away), now=NOW, after=STEP + away) is None
    assert rules.matching_step(SECRET, code(STEP - 1), now=NOW, after=STEP + away) is None


@given(typed=st.text(max_size=40))
def test_what_is_typed_never_breaks_anything(typed):
    plain = rules.plain(typed)
    assert plain.isascii()
    assert rules.matching_step(SECRET, plain, now=NOW, after=0) in (None, STEP - 1, STEP, STEP + 1)


@pytest.mark.parametrize("typed", ["123456", "123 456", " 123-456 ", "12 34 56", "123\u00a0456", "123456\n"])
def test_a_code_may_be_typed_with_spaces(typed):
    assert rules.plain(typed) == "123456"


def test_recovery_codes_are_ten_and_cannot_be_misread():
    codes = rules.new_recovery_codes()
    assert len(set(codes)) == 10
    assert all(len(code) == 14 and code[4] == code[9] == "-" for code in codes)
    assert not set("".join(codes)) & set("01ilo")
    assert rules.plain(codes[0].upper().replace("-", " ")) == codes[0].replace("-", "")


def test_secrets_are_long_and_differ():
    assert len({rules.new_secret() for _ in range(100)}) == 100
    assert len(rules.new_secret()) == 32


def test_trying_waits_until_the_time_is_over():
    rules.check_may_try(None, NOW)
    rules.check_may_try(NOW, NOW)
    with pytest.raises(rules.TryLater):
        rules.check_may_try(NOW + timedelta(seconds=1), NOW)


def test_the_app_is_told_who_and_where():
    uri = rules.provisioning_uri(SECRET, name="bram@example.org")
    assert uri.startswith("otpauth://totp/Coaching%20zorg%20en%20welzijn:bram%40example.org?")
    assert f"secret={SECRET}" in uri
    assert rules.grouped("ABCDEFGHIJ") == "ABCD EFGH IJ"
