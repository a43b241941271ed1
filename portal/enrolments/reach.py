"""What people type to be reached: mail addresses with a slip of the finger, phone numbers in any notation."""

import re

import phonenumbers

from portal.accounts.rules import NotAnAddress, check_address
from portal.errors import DomainError
from portal.i18n import N_

LENGTH_AT_HOME = 10
# Paid and free numbers, and those of a municipality: nobody is called there.
SERVICES = ("0800", "0900", "0906", "0909", "14", "3190", "31800")
# What many people have; a short name is a slip away from too many good ones.
MAIL_DOMAINS = (
    "gmail.com",
    "hotmail.com",
    "hotmail.nl",
    "outlook.com",
    "outlook.nl",
    "icloud.com",
    "yahoo.com",
    "ziggo.nl",
    "kpnmail.nl",
    "kpnplanet.nl",
    "planet.nl",
    "casema.nl",
    "chello.nl",
    "upcmail.nl",
    "xs4all.nl",
    "hetnet.nl",
    "zonnet.nl",
    "tele2.nl",
    "online.nl",
    "telfort.nl",
    "quicknet.nl",
    "protonmail.com",
)
# No slips, though they look like one.
GOOD_DOMAINS = frozenset({*MAIL_DOMAINS, "hotmail.no", "yahoo.co"})
# There is one of these only.
ONLY_DOT_COM = ("gmail", "icloud")


class MailTypo(DomainError):
    """The address is likely misspelt; `suggestion` is what was meant."""

    field = "email"
    message = N_("Is your e-mail address right? Perhaps you mean %(suggestion)s.")

    def __init__(self, suggestion: str) -> None:
        super().__init__(suggestion=suggestion)
        self.suggestion = suggestion


class NotQuiteAnAddress(MailTypo):
    """What was typed is no address, but nearly; nobody can stand by it."""

    message = N_("This is not an e-mail address yet. Perhaps you mean %(suggestion)s.")


class NotAPhoneNumber(DomainError):
    field = "phone"
    message = N_("This phone number is not right. Fill in 10 digits, for example 06 12345678.")


class PhoneNumberTooShort(NotAPhoneNumber):
    message = N_("This phone number seems too short. Fill in 10 digits.")


class NumberOfAService(NotAPhoneNumber):
    message = N_("We cannot call you at this number. Fill in a number of your own, for example 06 12345678.")


class MoreThanANumber(NotAPhoneNumber):
    message = N_("Fill in your phone number only, without words or an extension.")


def likely_meant(address: str) -> str | None:
    """The address that was probably meant, when the domain is one slip away from one that many people have."""
    local, _, domain = address.rpartition("@")
    domain = domain.lower()
    if domain in GOOD_DOMAINS:
        return None
    if domain.partition(".")[0] in ONLY_DOT_COM:
        return f"{local}@{domain.partition('.')[0]}.com"
    return next((f"{local}@{known}" for known in MAIL_DOMAINS if is_one_slip(domain, known)), None)


def is_one_slip(typed: str, meant: str) -> bool:
    """One letter too many, too few, wrong, or two the wrong way round; the first letter is seldom wrong."""
    same = next((n for n, (a, b) in enumerate(zip(typed, meant, strict=False)) if a != b), min(len(typed), len(meant)))
    left, right = typed[same:], meant[same:]
    turned = left[:2] == right[1::-1] and left[2:] == right[2:]
    return same > 0 and (left[1:] == right or left == right[1:] or left[1:] == right[1:] or turned)


def repaired(text: str) -> str:
    """Without spaces around the @ and the dots, with dots for commas, and no dot at the end."""
    local, _, domain = text.strip().rpartition("@")
    domain = re.sub(r"\s*[.,]\s*", ".", domain).strip(". ")
    return f"{local.strip()}@{domain}"


def address_meant(text: str, *, confirmed: str) -> str:
    """The address in what was typed. Raises NotAnAddress, or MailTypo to ask about what was probably meant.

    `confirmed` is the address that the person stands by.
    """
    try:
        address = check_address(text)
    except NotAnAddress as error:
        try:
            better = check_address(repaired(text))
        except NotAnAddress:
            raise error from None
        raise NotQuiteAnAddress(likely_meant(better) or better) from error
    check_typo(address, confirmed=confirmed)
    return address


def check_typo(address: str, *, confirmed: str) -> None:
    """Ask once about an address that is nearly a well-known one; `confirmed` is the address the person stands by."""
    meant = likely_meant(address)
    if meant and address.casefold() != confirmed.strip().casefold():
        raise MailTypo(meant)


def phone_number(text: str) -> str:
    """A phone number in E.164, from any notation that leaves no doubt; '' stays ''. Raises NotAPhoneNumber."""
    typed = re.sub(r"^(tel|t|m)\b[.: ]*", "", text.strip(), flags=re.IGNORECASE)
    if not typed:
        return ""
    digits = "".join(character for character in typed if character.isdigit())
    if digits.startswith(SERVICES):
        raise NumberOfAService
    if digits and re.search(r"[^\W\d_]|#", typed):
        raise MoreThanANumber
    if typed[:1] != "+" and len(digits) < LENGTH_AT_HOME:
        raise PhoneNumberTooShort if digits else NotAPhoneNumber
    return _in_one_form(typed)


def _in_one_form(typed: str) -> str:
    try:
        number = phonenumbers.parse(typed, "NL")
    except phonenumbers.NumberParseException as error:
        raise NotAPhoneNumber from error
    if not phonenumbers.is_valid_number(number) or number.extension:
        raise NotAPhoneNumber
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def readable_phone(number: str) -> str:
    """A stored phone number as people read it: '06 12 34 56 78', '053 123 4567', '+32 470 12 34 56'."""
    mobile = re.fullmatch(r"\+316(\d\d)(\d\d)(\d\d)(\d\d)", number)
    if mobile:
        return " ".join(("06", *mobile.groups()))
    parsed = phonenumbers.parse(number)
    form = phonenumbers.PhoneNumberFormat
    return phonenumbers.format_number(parsed, form.NATIONAL if parsed.country_code == 31 else form.INTERNATIONAL)
