"""Whether a mail is from whom it says: by the word of our own mail server and of nobody else (RFC 8601, RFC 7489)."""

import re
from enum import StrEnum
from typing import Final

from agente_hotelero.channels.mail.headers import Address, Headers, addresses
from agente_hotelero.channels.mail.own import Ours
from agente_hotelero.model.values import value

RESULTS_LIMIT: Final = 50
MARKS: Final = re.compile(r"""\\.|["()]|[^"()\\]+|\\""")
NOT_PLAIN: Final = re.compile(r"[^\w.@+-]")
RESULT: Final = re.compile(r"\s*([\w-]{1,40})(?:/\d+)?\s*=\s*([\w-]{1,40})(.*)", re.DOTALL)
PROPERTY: Final = re.compile(r"([\w-]{1,40}\.[\w-]{1,40})\s*=\s*\"?([^\s\";]+)")


class Means(StrEnum):
    """By what a sender was proved."""

    DMARC = "dmarc"
    DKIM = "dkim"
    SPF = "spf"


@value
class Authentication:
    """`by` is None unless the domain of From is proved; no address is proved by more than its domain.

    `suspicious_reply_to` says that an answer would go to another domain than the mail came from.
    """

    by: Means | None
    suspicious_reply_to: bool

    @property
    def passed(self) -> bool:
        """Whether From may be believed."""
        return self.by is not None


def authenticate(headers: Headers, *, sender: Address | None, reply_to: Address | None, ours: Ours) -> Authentication:
    """Judge by the topmost Authentication-Results that our server wrote: those below came with the mail."""
    suspicious = bool(reply_to and sender and not _same_house(reply_to.domain, sender.domain))
    alone = len(headers.all("from")) == 1 and len(addresses(headers.first("from"))) == 1
    if sender is None or not alone:
        return Authentication(by=None, suspicious_reply_to=suspicious)
    return Authentication(by=_proved(_our_results(headers, ours), sender.domain), suspicious_reply_to=suspicious)


def _our_results(headers: Headers, ours: Ours) -> tuple[str, ...]:
    for body in headers.all("authentication-results"):
        name, *results = _uncommented(body).split(";")
        if (name.split() or [""])[0].lower() in ours.authserv_ids:
            return tuple(results[:RESULTS_LIMIT])
    return ()


def _uncommented(body: str) -> str:
    """Take out the comments, and from quoted words what could be taken for a result: senders choose some of both.

    A quote or a comment that is left open takes the rest along.
    """
    kept: list[str] = []
    depth, quoted = 0, False
    for piece in MARKS.findall(body):
        if piece == '"' and not depth:
            quoted = not quoted
        elif quoted:
            kept.append(NOT_PLAIN.sub("_", piece))
        elif piece in "()":
            depth = max(0, depth + (1 if piece == "(" else -1))
        elif not depth:
            kept.append(piece)
    return "".join(kept)


def _proved(results: tuple[str, ...], domain: str) -> Means | None:
    """Take DMARC's word where it is there; without any, a pass of SPF or DKIM for the same domain."""
    read = [
        (found[1].lower(), found[2].lower(), _properties(found[3])) for one in results if (found := RESULT.match(one))
    ]
    dmarc = [(result, values) for method, result, values in read if method == Means.DMARC]
    if dmarc:
        passed = all(result == "pass" and values.get("header.from", domain) == domain for result, values in dmarc)
        return Means.DMARC if passed else (_aligned(read, domain) if _has_no_policy(dmarc) else None)
    return _aligned(read, domain)


def _has_no_policy(dmarc: list[tuple[str, dict[str, str]]]) -> bool:
    return all(result == "none" for result, _ in dmarc)


def _aligned(read: list[tuple[str, str, dict[str, str]]], domain: str) -> Means | None:
    for method, result, values in read:
        if result != "pass":
            continue
        if method == Means.DKIM and _covers(values.get("header.d") or values.get("header.i", ""), domain):
            return Means.DKIM
        if method == Means.SPF and _covers(values.get("smtp.mailfrom", ""), domain):
            return Means.SPF
    return None


def _properties(text: str) -> dict[str, str]:
    """Read `ptype.property=value` pairs; the first of a name counts."""
    found: dict[str, str] = {}
    for name, content in PROPERTY.findall(text):
        found.setdefault(name.lower(), content.lower().strip("<>"))
    return found


def _covers(proved: str, domain: str) -> bool:
    """Say whether a proof for a domain holds for `domain`: the same, or above it.

    Without the list of public suffixes a subdomain can't prove its parent: `a.github.io` is not `github.io`.
    """
    signer = proved.rpartition("@")[2].rstrip(".")
    return "." in signer and (domain == signer or domain.endswith(f".{signer}"))


def _same_house(one: str, other: str) -> bool:
    return one == other or one.endswith(f".{other}") or other.endswith(f".{one}")
