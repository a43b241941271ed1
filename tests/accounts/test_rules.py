"""Addresses, lifetimes, numbers that we may not keep, and where somebody may be sent on to."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.access import WITH_SECOND_FACTOR, Role
from portal.accounts import rules

NOW = datetime(2026, 3, 2, 10, 0, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


# -- addresses


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("noor@example.org", "noor@example.org"),
        ("  Noor.deVries@Example.ORG ", "Noor.deVries@example.org"),
        ("noor+werk@example.org", "noor+werk@example.org"),
        ("n.o'or_de-vries@sub.example.org", "n.o'or_de-vries@sub.example.org"),
        ("noor@xn--bcher-kva.example.org", "noor@bücher.example.org"),
        ("noor@portal.test", "noor@portal.test"),
        ("a" * 64 + "@example.org", "a" * 64 + "@example.org"),
    ],
)
def test_an_address_is_kept_as_people_write_it(typed, kept):
    assert rules.check_address(typed) == kept


@pytest.mark.parametrize(
    "typed",
    [
        "", " ", "noor", "noor@", "@example.org", "noor@@example.org", "noor@example", "noor@example..org",
        "noor @example.org", "noor@exam ple.org", ".noor@example.org", "noor.@example.org", "no..or@example.org",
        "noor@example.org, rik@example.org", "noor@example.org\nBcc: rik@example.org", "Noor <noor@example.org>",
        '"no or"@example.org', "noor@[127.0.0.1]", "nöör@example.org", "noor@-example.org", "noor@localhost",
        "a" * 250 + "@example.org", "noor@" + "a" * 64 + ".org", "a@" + "b." * 130 + "org", "noor@example.org\x00",
    ],
)  # fmt: skip
def test_what_is_no_address_is_refused(typed):
    with pytest.raises(rules.NotAnAddress):
        rules.check_address(typed)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("noor@example.org", "NOOR@EXAMPLE.ORG"),
        ("noor@bücher.example.org", "Noor@XN--BCHER-KVA.example.org"),
        ("noor@bu\u0308cher.example.org", "noor@bücher.example.org"),
    ],
)
def test_one_mailbox_has_one_key(one, other):
    assert rules.address_key(one) == rules.address_key(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("noor@example.org", "noor+werk@example.org"),
        ("noor@gmail.com", "no.or@gmail.com"),
        ("noor@strasse.example.org", "noor@straße.example.org"),
        ("noor@example.org", "noor@example.com"),
    ],
)
def test_perhaps_another_person_has_another_key(one, other):
    assert rules.address_key(one) != rules.address_key(other)


@pytest.mark.parametrize(
    ("address", "key"),
    [
        ("Noor+1@example.org", "noor@example.org"),
        ("noor+a+b@example.org", "noor@example.org"),
        ("n.o.o.r+x@Gmail.com", "noor@gmail.com"),
        ("n.oor@example.org", "n.oor@example.org"),
    ],
)
def test_limits_count_a_mailbox_under_all_its_spellings(address, key):
    assert rules.limit_key(address) == key


# -- citizen service numbers

REAL = ["111222333", "123456782", "100000009", "999999990"]


@pytest.mark.parametrize("number", REAL)
@pytest.mark.parametrize("text", ["{}", "Mijn bsn is {}.", "bsn:{}", "a{}b", "1 {} 2", "+32 {}", "10 {}", "({})"])
def test_a_service_number_is_refused_kindly(number, text):
    with pytest.raises(rules.LooksLikeServiceNumber) as caught:
        rules.check_no_service_number(text.format(number), "words")
    assert (caught.value.field, caught.value.status) == ("words", 422)


@pytest.mark.parametrize(
    "text",
    [
        "", "000000000", "123456789", "12345678", "1234567820", "0123456782", "+31123456782", "0031123456782",
        "0 123456782", "+31 123456782", "+31 (0) 123456782", "0031-123456782", "06 12345678", "bel 0-123456782",
    ],
)  # fmt: skip
def test_other_numbers_and_telephone_numbers_are_taken(text):
    rules.check_no_service_number(text, "words")


def test_every_run_of_digits_is_looked_at():
    with pytest.raises(rules.LooksLikeServiceNumber):
        rules.check_no_service_number("Bel 0612345678 of 123456789, mijn nummer is 123456782", "words")


@given(st.integers(0, 99_999_999))
def test_of_ten_numbers_with_the_same_beginning_at_most_one_is_a_service_number(beginning):
    passing = [last for last in range(10) if rules.passes_elfproef(f"{beginning:08}{last}")]
    assert len(passing) <= 1
    total = sum((9 - place) * int(digit) for place, digit in enumerate(f"{beginning:08}"))
    assert passing == ([total % 11] if total % 11 < 10 and beginning else [])


@given(st.from_regex(r"[0-9]{9}", fullmatch=True), st.integers(0, 7))
def test_two_neighbours_changed_places_are_noticed(digits, place):
    swapped = digits[:place] + digits[place + 1] + digits[place] + digits[place + 2 :]
    if swapped != digits and rules.passes_elfproef(digits):
        assert not rules.passes_elfproef(swapped)


# -- sessions


@pytest.mark.parametrize(
    ("role", "idle", "ended"),
    [
        (Role.PARTICIPANT, 120 * MINUTE, False),
        (Role.PARTICIPANT, 121 * MINUTE, True),
        (Role.COACH, 30 * MINUTE, False),
        (Role.COACH, 31 * MINUTE, True),
        (Role.REGION_STAFF, 31 * MINUTE, True),
        (Role.REGION_ADMIN, 31 * MINUTE, True),
        (Role.NATIONAL, 31 * MINUTE, True),
        (Role.PRIVACY_OFFICER, 31 * MINUTE, True),
        (Role.OPERATOR, 31 * MINUTE, True),
    ],
)
def test_a_session_ends_when_nobody_was_there_for_long(role, idle, ended):
    begun = NOW - timedelta(hours=3)
    assert rules.has_ended(created_at=begun, last_seen_at=NOW - idle, roles=frozenset({role}), now=NOW) is ended


@pytest.mark.parametrize(("age", "ended"), [(timedelta(hours=12), False), (timedelta(hours=12, seconds=1), True)])
def test_no_session_lasts_longer_than_twelve_hours(age, ended):
    roles = frozenset({Role.PARTICIPANT})
    assert rules.has_ended(created_at=NOW - age, last_seen_at=NOW, roles=roles, now=NOW) is ended


@pytest.mark.parametrize("role", sorted(set(Role) - {Role.PARTICIPANT, Role.HALFWAY}))
def test_everybody_but_participants_needs_a_second_step(role):
    assert rules.needs_second_factor(frozenset({role}))
    assert rules.needs_second_factor(frozenset({role, Role.PARTICIPANT}))
    assert not rules.needs_second_factor(frozenset({Role.PARTICIPANT}))


@pytest.mark.parametrize("role", [Role.COACH, Role.REGION_STAFF, Role.REGION_ADMIN])
def test_who_works_for_a_region_is_invited_for_one(role):
    rules.check_regions(role, ["RA0205"])
    rules.check_regions(Role.NATIONAL, [])
    with pytest.raises(rules.RegionMissing):
        rules.check_regions(role, [])


@pytest.mark.parametrize("typed", ["123456", "123 456", "123-456", " 1 2 3 4 5 6 ", "123\u00a0456"])
def test_a_code_may_be_typed_with_spaces(typed):
    assert rules.code_digits(typed) == "123456"


@pytest.mark.parametrize(
    ("roles", "home"),
    [
        ({Role.PARTICIPANT}, "/mijn"),
        ({Role.PARTICIPANT, Role.COACH}, "/coach"),
        ({Role.REGION_STAFF}, "/regio"),
        ({Role.NATIONAL}, "/landelijk"),
        (set(), "/mijn-inlog"),
    ],
)
def test_everybody_has_a_start_page(roles, home):
    assert rules.home_of(frozenset(roles)) == home


# -- where to go on to


@pytest.mark.parametrize(
    "path", ["/", "/mijn", "/afspraken/abc-DEF_1?van=2026-03-02&x=%20", "/coaches?meer=1+2", "/a~b.c"]
)
def test_a_path_of_ours_is_followed(path):
    assert rules.safe_path(path) == path


ELSEWHERE = [
    None, "", " ", "mijn", "./mijn", "../mijn", "?x=1", "#", "//evil.test", "///evil.test", "////evil.test/%2f..",
    "/\\evil.test", "/\\/evil.test", "\\\\evil.test", "\\/evil.test", "/\t/evil.test", "/\n/evil.test", "/ /evil.test",
    "\t//evil.test", "\r\n//evil.test", "/\x00/evil.test", "https://evil.test", "https:evil.test", "https:/evil.test",
    "HTTPS://evil.test", "http://evil.test", "http:///evil.test", "javascript:alert(1)", "JavaScript:alert(1)",
    "/javascript:alert(1)", "data:text/html,x", "vbscript:x", "mailto:x@evil.test", "@evil.test", "/@evil.test",
    "https://portal.example.org@evil.test", "https://portal.example.org.evil.test", "/mijn#@evil.test", "/mijn\n",
    "/mijn\r\nSet-Cookie: x=1", "/\u2044evil.test", "/．evil.test", "／evil.test", "/;//evil.test", "/<script>",
    "/mijn\\..\\x",
]  # fmt: skip


@pytest.mark.parametrize("target", ELSEWHERE)
def test_nobody_is_sent_elsewhere(target):
    assert rules.safe_path(target) is None


@given(st.text(max_size=40))
def test_what_is_followed_begins_with_one_slash_and_names_no_host(target):
    path = rules.safe_path(target)
    assert path is None or (path[0] == "/" and path[1:2] not in ("/", "\\") and ":" not in path)


# -- names


@pytest.mark.parametrize(
    ("first_name", "last_name", "shown"),
    [
        ("Fatima", "Bakker", "Fatima B."),
        ("Kees", "de Vries", "Kees de V."),
        ("Lotte", "van den Berg", "Lotte van den B."),
        ("Els", "Van Den Berg", "Els Van Den B."),
        ("Zoë", "'t Hart", "Zoë 't H."),
        ("Piet", "van ’t Hof", "Piet van ’t H."),
        ("Jan", "ijzerman", "Jan IJ."),
        ("Mehmet", "öztürk", "Mehmet Ö."),
        ("Anna", "Bakker-de Vries", "Anna B."),
        ("Tessa", "Oude Luttikhuis", "Tessa O."),
        ("An", "Van", "An V."),
        ("Noor", "", "Noor"),
        ("Noor", "-", "Noor -."),
    ],
)
def test_a_name_on_a_list_keeps_the_family_name_to_itself(first_name, last_name, shown):
    assert rules.short_name(first_name, last_name) == shown


@given(st.text(min_size=1, max_size=20), st.text(max_size=40))
def test_any_name_can_be_shortened(first_name, last_name):
    assert rules.short_name(first_name, last_name).startswith(first_name)


def test_staff_is_warned_at_least_five_minutes_before_the_session_ends():
    for role in Role:
        seconds = rules.seconds_until_warning(frozenset({role}))
        assert seconds == (24 * 60 if role in WITH_SECOND_FACTOR else 0)
    assert timedelta(seconds=24 * 60) + rules.SEEN_EVERY + timedelta(minutes=5) <= rules.IDLE_STAFF
