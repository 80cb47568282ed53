"""Codes of six digits: drawn by lot, made with a key that is in no database, and so stored nowhere."""

import hmac
import secrets
from collections.abc import Sequence
from typing import Final

DIGITS: Final = 6
SEED_BYTES: Final = 12


class OneTimeCodes:
    """`keys` are those that the service signs with, the newest first: while one is replaced, codes of both are good."""

    def __init__(self, *, keys: Sequence[bytes]) -> None:
        self._keys = [hmac.digest(key, b"one-time code", "sha256") for key in keys]

    def make_seed(self) -> str:
        """Draw what a new code is made of."""
        return secrets.token_urlsafe(SEED_BYTES)

    def digits(self, seed: str) -> str:
        """Make the code of a seed."""
        return _digits(self._keys[0], seed)

    def fits(self, seed: str, digits: str) -> bool:
        """Tell, in constant time, whether these are a seed's: every key is tried."""
        typed = digits.encode()
        return any([hmac.compare_digest(_digits(key, seed).encode(), typed) for key in self._keys])  # noqa: C419 - a generator would end with the first that fits


def _digits(key: bytes, seed: str) -> str:
    # Of 256 bits a million takes no part that could be noticed.
    number = int.from_bytes(hmac.digest(key, seed.encode(), "sha256")) % 10**DIGITS
    return f"{number:0{DIGITS}d}"
