"""Phone numbers in every notation, and likely typing errors in mail addresses."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.accounts.rules import NotAnAddress
from portal.enrolments import reach

# -- phone numbers


@pytest.mark.parametrize(
    "typed",
    [
        "0612345678", "06-12345678", "06 12 34 56 78", "06.12.34.56.78", "(06) 12345678", "+31612345678",
        "+31 6 12345678", "+31 (0)6 12345678", "0031612345678", "0031 6 1234 5678", " 0612345678 ", "06/12345678",
        "06–12345678", "06\u00a012345678", "tel: 06 12345678",
    ],
)  # fmt: skip
def test_a_dutch_mobile_number_is_read_in_every_notation(typed):
    assert reach.phone_number(typed) == "+31612345678"


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("053 487 6543", "+31534876543"),
        ("+32 470 12 34 56", "+32470123456"),
        ("+49 1512 3456789", "+4915123456789"),
        ("", ""),
        ("   ", ""),
    ],
)
def test_other_numbers_are_read_too_and_none_is_allowed(typed, kept):
    assert reach.phone_number(typed) == kept


@pytest.mark.parametrize(
    "typed",
    ["06123456", "061234567", "06123456789", "12345678", "0000000000", "abc", "+", "+31", "06 1234567x", "112", "½"],
)
def test_what_is_no_phone_number_is_refused_at_the_field(typed):
    with pytest.raises(reach.NotAPhoneNumber) as caught:
        reach.phone_number(typed)
    assert caught.value.field == "phone"


@pytest.mark.parametrize(
    ("typed", "error"),
    [
        ("06 123", reach.PhoneNumberTooShort),
        ("112", reach.PhoneNumberTooShort),
        ("0900 1234", reach.NumberOfAService),
        ("0900-123456", reach.NumberOfAService),
        ("0800 0113", reach.NumberOfAService),
        ("14 053", reach.NumberOfAService),
        ("+31 900 1234", reach.NumberOfAService),
        ("053 487 6543 ext 5", reach.MoreThanANumber),
        ("053 487 6543 tst. 5", reach.MoreThanANumber),
        ("053 487 6543 #5", reach.MoreThanANumber),
        ("06 12345678 (thuis)", reach.MoreThanANumber),
        ("06 123456789012", reach.NotAPhoneNumber),
    ],
)
def test_what_is_wrong_with_a_phone_number_is_said(typed, error):
    with pytest.raises(reach.NotAPhoneNumber) as caught:
        reach.phone_number(typed)
    assert type(caught.value) is error


@given(st.text(max_size=40))
def test_a_number_that_is_kept_can_be_dialled(typed):
    try:
        kept = reach.phone_number(typed)
    except reach.NotAPhoneNumber:
        return
    assert kept == "" or (kept[0] == "+" and kept[1:].isdecimal() and len(kept) <= 16)
    assert reach.phone_number(kept) == kept


# -- addresses


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("fatima@gmial.com", "fatima@gmail.com"),
        ("fatima@gmail.con", "fatima@gmail.com"),
        ("fatima@gmai.com", "fatima@gmail.com"),
        ("fatima@hotmial.com", "fatima@hotmail.com"),
        ("fatima@hotmail.nll", "fatima@hotmail.nl"),
        ("fatima@ziggo.n", "fatima@ziggo.nl"),
        ("fatima@outlok.com", "fatima@outlook.com"),
        ("Fatima.B+x@GMIAL.com", "Fatima.B+x@gmail.com"),
        ("fatima@gmail.nl", "fatima@gmail.com"),
        ("fatima@gmail.com.nl", "fatima@gmail.com"),
        ("fatima@hotnail.com", "fatima@hotmail.com"),
    ],
)
def test_a_likely_typing_error_gets_a_suggestion(typed, meant):
    assert reach.likely_meant(typed) == meant
    with pytest.raises(reach.MailTypo) as caught:
        reach.check_typo(typed, confirmed="")
    assert (caught.value.suggestion, caught.value.field) == (meant, "email")


@pytest.mark.parametrize(
    "domain",
    [
        *reach.MAIL_DOMAINS, "GMAIL.com", "example.org", "zorgaccent.nl", "gmx.de", "gmx.net", "gmx.com", "mail.com",
        "ymail.com", "home.com", "home.nl", "proton.me", "pm.me", "hey.com", "me.com", "live.nl", "live.be", "msn.com",
        "email.com", "hotmail.be", "hello.nl", "protonmail.ch", "yahoo.nl", "cloud.com", "hotmail.no", "rocketmail.com",
        "mail.example.org", "bücher.example.org",
    ],
)  # fmt: skip
def test_a_good_address_is_not_doubted(domain):
    assert reach.likely_meant(f"fatima@{domain}") is None
    reach.check_typo(f"fatima@{domain}", confirmed="")


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("fatima@gmail,com", "fatima@gmail.com"),
        ("fatima@ gmail.com", "fatima@gmail.com"),
        ("fatima @gmail.com", "fatima@gmail.com"),
        ("fatima@gmail.com.", "fatima@gmail.com"),
        ("fatima@gmial,com", "fatima@gmail.com"),
        ("fatima@zorg accent.nl", None),
        ("fatima@zorgaccent , nl", "fatima@zorgaccent.nl"),
        ("fatima", None),
        ("@", None),
        (f"{'x' * 65}@example.org", None),
    ],
)
def test_what_is_nearly_an_address_gets_a_suggestion_too(typed, meant):
    with pytest.raises(reach.MailTypo if meant else NotAnAddress) as caught:
        reach.address_meant(typed, confirmed=typed)
    assert getattr(caught.value, "suggestion", None) == meant


def test_a_mailbox_has_a_name_of_64_letters_at_most():
    address = f"{'x' * 64}@example.org"
    assert reach.address_meant(address, confirmed="") == address


def test_who_stands_by_an_address_is_not_asked_again():
    reach.check_typo("fatima@gmial.com", confirmed="fatima@gmial.com")
    reach.check_typo("fatima@gmial.com", confirmed=" Fatima@Gmial.com ")
    with pytest.raises(reach.MailTypo):
        reach.check_typo("fatima@gmial.com", confirmed="fatima@gmai.com")
