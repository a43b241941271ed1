"""Sealing of free text per column: AES-GCM, bound to table, row and column, with a ring of keys."""

import hashlib
import hmac
import os
import secrets
from collections.abc import Mapping
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from itsdangerous import BadSignature, URLSafeSerializer

NONCE_BYTES = 12


class SealBroken(Exception):
    """A sealed value was changed, moved to another row or column, or sealed with a key that we do not have."""


class KeyRing:
    """The keys that open what was sealed; the first one seals."""

    def __init__(self, keys: Mapping[int, bytes]) -> None:
        self._keys = {number: AESGCM(key) for number, key in keys.items()}
        self._first = next(iter(keys))

    def seal(self, text: str, *, place: str) -> bytes:
        """One byte of key number, a nonce, the sealed text. `place` is table:row:column."""
        nonce = os.urandom(NONCE_BYTES)
        return bytes([self._first]) + nonce + self._keys[self._first].encrypt(nonce, text.encode(), place.encode())

    def open(self, sealed: bytes, *, place: str) -> str:
        """The text again; raises SealBroken when anything about it is off."""
        sealed = bytes(sealed)
        key = self._keys.get(sealed[0]) if len(sealed) > NONCE_BYTES else None
        if key is None:
            raise SealBroken(f"{place}: no key opens this value.")
        try:
            return key.decrypt(sealed[1 : 1 + NONCE_BYTES], sealed[1 + NONCE_BYTES :], place.encode()).decode()
        except InvalidTag as error:
            raise SealBroken(f"{place}: the seal is broken.") from error


_ring: KeyRing | None = None
_secret = ""


def install(keys: Mapping[int, bytes], secret: str) -> None:
    global _ring, _secret
    _ring, _secret = KeyRing(keys), secret


def ring() -> KeyRing:
    if _ring is None:
        raise RuntimeError("No sealing keys: create the application first.")
    return _ring


class Sealed:
    """A text attribute of a model, stored in the blob column `<name>_sealed`.

    The row's `public_id` is part of the seal: give it before the text.
    """

    def __set_name__(self, owner: type, name: str) -> None:
        self.name = name
        self.column = f"{name}_sealed"

    def __get__(self, row: Any, owner: type | None = None) -> Any:
        if row is None:
            return self
        sealed = getattr(row, self.column)
        return None if sealed is None else ring().open(sealed, place=self._place(row))

    def __set__(self, row: Any, text: str | None) -> None:
        sealed = ring().seal(text, place=self._place(row)) if text else None
        setattr(row, self.column, sealed)

    def _place(self, row: Any) -> str:
        if not row.public_id:
            raise ValueError(f"{self.name}: give the row its public_id before its sealed text.")
        return f"{row._meta.table_name}:{row.public_id}:{self.column}"


def new_public_id() -> str:
    """128 random bits for an address that nobody can guess."""
    return secrets.token_urlsafe(16)


def new_token() -> str:
    """256 random bits for a link in a mail; only its digest is stored."""
    return secrets.token_urlsafe(32)


def signed(value: str, *, purpose: str) -> str:
    """The value with our signature, for a link that tells by itself what it is about; good for one purpose only."""
    return str(URLSafeSerializer(_secret, salt=f"link:{purpose}").dumps(value))


def read_signed(token: str, *, purpose: str) -> str | None:
    """The value that we signed for this purpose; None for anything else."""
    try:
        return str(URLSafeSerializer(_secret, salt=f"link:{purpose}").loads(token))
    except BadSignature:
        return None


def digest(token: str, *, purpose: str) -> str:
    """What we store of a token: a hash that fits one purpose only."""
    return hashlib.sha256(f"{purpose}:{token}".encode()).hexdigest()


def keyed_digest(text: str, *, purpose: str, key: str) -> str:
    """A hash of something guessable, such as a six-digit code, that a copy of the database does not give away."""
    return hmac.new(key.encode(), f"{purpose}:{text}".encode(), hashlib.sha256).hexdigest()
