"""Sealing: what is stored cannot be read, changed or moved, and keys can be changed one day."""

import os

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.crypto import KeyRing, SealBroken, digest, keyed_digest, new_public_id, new_token
from portal.enrolments.models import Draft, Enrolment

OLD, NEW = os.urandom(32), os.urandom(32)
PLACE = "enrolment:abc:words_sealed"
texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=300)


@given(text=texts, place=st.text(st.characters(exclude_categories=["Cs"]), max_size=60))
def test_what_is_sealed_opens_again_in_its_place_only(text, place):
    ring = KeyRing({1: OLD})
    sealed = ring.seal(text, place=place)
    assert ring.open(sealed, place=place) == text
    with pytest.raises(SealBroken):
        ring.open(sealed, place=f"{place}!")


@given(text=texts, data=st.data())
def test_no_changed_bit_opens(text, data):
    ring = KeyRing({1: OLD})
    sealed = bytearray(ring.seal(text, place=PLACE))
    position = data.draw(st.integers(0, len(sealed) - 1))
    sealed[position] ^= 1 << data.draw(st.integers(0, 7))
    with pytest.raises(SealBroken):
        ring.open(bytes(sealed), place=PLACE)


@given(sealed=st.binary(max_size=80))
def test_rubbish_does_not_open(sealed):
    with pytest.raises(SealBroken):
        KeyRing({1: OLD}).open(sealed, place=PLACE)


def test_the_same_text_is_sealed_differently_each_time():
    ring = KeyRing({1: OLD})
    assert len({ring.seal("Het gaat niet goed.", place=PLACE) for _ in range(100)}) == 100


def test_another_key_does_not_open():
    sealed = KeyRing({1: OLD}).seal("geheim", place=PLACE)
    with pytest.raises(SealBroken):
        KeyRing({1: NEW}).open(sealed, place=PLACE)
    with pytest.raises(SealBroken):
        KeyRing({2: OLD}).open(sealed, place=PLACE)


def test_after_a_change_of_keys_old_and_new_open_and_only_the_new_one_seals():
    before = KeyRing({1: OLD}).seal("van vroeger", place=PLACE)
    ring = KeyRing({2: NEW, 1: OLD})
    after = ring.seal("van nu", place=PLACE)
    assert (ring.open(before, place=PLACE), ring.open(after, place=PLACE)) == ("van vroeger", "van nu")
    assert KeyRing({2: NEW}).open(after, place=PLACE) == "van nu"


def test_a_column_of_a_row_is_sealed_and_opens(db):
    draft = Draft(public_id="a")
    draft.content = "Ik slaap slecht."
    assert b"slaap" not in draft.content_sealed
    assert draft.content == "Ik slaap slecht."


def test_values_swapped_between_rows_are_refused_and_other_rows_stay_readable(db):
    one, other, third = Draft(public_id="a"), Draft(public_id="b"), Draft(public_id="c")
    one.content, other.content, third.content = "van a", "van b", "van c"
    one.content_sealed, other.content_sealed = other.content_sealed, one.content_sealed
    for row in (one, other):
        with pytest.raises(SealBroken, match="draft:"):
            _ = row.content
    assert third.content == "van c"


def test_values_swapped_between_columns_are_refused(db):
    row = Enrolment(public_id="a")
    row.words, row.contact = "woorden", "adres"
    row.words_sealed, row.contact_sealed = row.contact_sealed, row.words_sealed
    with pytest.raises(SealBroken):
        _ = row.words
    with pytest.raises(SealBroken):
        _ = row.contact


def test_values_moved_between_tables_are_refused(db):
    draft, enrolment = Draft(public_id="a"), Enrolment(public_id="a")
    draft.content = "uit een concept"
    enrolment.words_sealed = draft.content_sealed
    with pytest.raises(SealBroken):
        _ = enrolment.words


def test_nothing_is_sealed_as_nothing(db):
    row = Enrolment(public_id="a")
    row.words = ""
    assert (row.words_sealed, row.words) == (None, None)


def test_a_row_without_public_id_cannot_be_sealed(db):
    with pytest.raises(ValueError, match="public_id"):
        Draft().content = "te vroeg"


def test_a_broken_seal_says_where_and_not_what(db):
    row = Draft(public_id="a")
    row.content = "geheim"
    row.public_id = "b"
    with pytest.raises(SealBroken) as caught:
        _ = row.content
    assert "draft:b:content_sealed" in str(caught.value)
    assert "geheim" not in str(caught.value)


def test_tokens_are_long_and_all_different():
    tokens = [new_token() for _ in range(1000)]
    assert len(set(tokens)) == 1000
    assert min(len(token) for token in tokens) >= 43
    assert len({token[0] for token in tokens}) > 50, "no part that they have in common"
    assert len({new_public_id() for _ in range(1000)}) == 1000


def test_a_digest_fits_one_purpose_only():
    assert digest("abc", purpose="sign-in") != digest("abc", purpose="invitation")
    assert keyed_digest("123456", purpose="code", key="a") != keyed_digest("123456", purpose="code", key="b")
    assert keyed_digest("123456", purpose="code", key="a") != keyed_digest("123456", purpose="other", key="a")
