import hashlib
import hmac

import pytest

from agente_hotelero.channels.whatsapp.signature import Signatures, challenge
from agente_hotelero.errors import ConfigError

BODY = '{"entry": "ñandú"}'.encode()
OF = {"1": ("first",), "2": ("first",), "3": ("second", "third"), "4": ()}


def header(secret: str, body: bytes = BODY) -> str:
    return "sha256=" + hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()


@pytest.mark.parametrize(
    ("secret", "accounts"), [("first", {"1", "2"}), ("second", {"3"}), ("third", {"3"}), ("nobody's", set())]
)
def test_a_secret_speaks_for_its_own_accounts_only(secret: str, accounts: set[str]) -> None:
    assert Signatures(secrets=OF).verify(BODY, header(secret)) == accounts


def test_a_known_vector_is_verified() -> None:
    # RFC 4231, test case 2
    signed = "sha256=5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"
    assert Signatures(secrets={"1": ("Jefe",)}).verify(b"what do ya want for nothing?", signed) == {"1"}


@pytest.mark.parametrize(
    "garbage",
    [
        None,
        "",
        "sha256=",
        "sha256",
        header("first")[7:],
        header("first").replace("sha256", "sha1"),
        header("first")[:-1],
        header("first") + "0",
        " " + header("first"),
        "sha256=" + "é" * 64,
        "sha256=\udcff\ud800",
        "x" * 100_000,
    ],
)
def test_a_garbage_header_is_nobodys_and_no_exception(garbage: str | None) -> None:
    assert Signatures(secrets=OF).verify(BODY, garbage) == frozenset()


def test_one_changed_byte_is_nobodys() -> None:
    assert Signatures(secrets=OF).verify(BODY + b" ", header("first")) == frozenset()


def test_without_secrets_nothing_is_signed() -> None:
    assert Signatures(secrets={}).verify(BODY, header("")) == frozenset()


@pytest.mark.parametrize("signer", ["first", "third", "nobody's"])
def test_every_secret_is_tried_in_constant_time_whichever_it_was(monkeypatch: pytest.MonkeyPatch, signer: str) -> None:
    compared: list[bytes] = []
    compare = hmac.compare_digest

    def watched(genuine: bytes, given: bytes) -> bool:
        compared.append(genuine)
        return compare(genuine, given)

    given = header(signer)
    monkeypatch.setattr(hmac, "compare_digest", watched)
    Signatures(secrets=OF).verify(BODY, given)

    assert compared == [header(secret).encode() for secret in ("first", "second", "third")]


@pytest.mark.parametrize("blank", ["", "  ", "\n"])
def test_a_blank_secret_stops_the_start(blank: str) -> None:
    with pytest.raises(ConfigError, match="account 7 has a blank app secret"):
        Signatures(secrets={"7": ("good", blank)})


def test_each_distinct_secret_is_hashed_once_a_body(monkeypatch: pytest.MonkeyPatch) -> None:
    keys: list[bytes] = []
    digest = hmac.digest

    def counted(key: bytes, message: bytes, name: str) -> bytes:
        keys.append(key)
        return digest(key, message, name)

    monkeypatch.setattr(hmac, "digest", counted)
    Signatures(secrets={str(n): ("shared",) for n in range(50)} | {"x": ("own",)}).verify(BODY, "sha256=0")
    assert sorted(keys) == [b"own", b"shared"]


def handshake(**changes: str) -> dict[str, str]:
    params = {"hub.mode": "subscribe", "hub.verify_token": "tóken", "hub.challenge": "1158201444"}
    return params | {f"hub.{key}": value for key, value in changes.items()}


def test_the_handshake_echoes_the_challenge() -> None:
    assert challenge(handshake(), "tóken") == "1158201444"


@pytest.mark.parametrize(
    "params", [handshake(verify_token="token"), handshake(mode="unsubscribe"), handshake(verify_token="\udcff"), {}]
)
def test_a_wrong_handshake_is_refused(params: dict[str, str]) -> None:
    assert challenge(params, "tóken") is None


def test_no_configured_token_means_no_handshake() -> None:
    assert challenge(handshake(verify_token=""), "") is None


def test_a_handshake_without_challenge_is_refused() -> None:
    params = handshake()
    del params["hub.challenge"]
    assert challenge(params, "tóken") is None
