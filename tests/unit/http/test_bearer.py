import hmac

import pytest

from agente_hotelero.http.bearer import HashedTokens, token_digest
from agente_hotelero.http.ports import TokenInfo

ANA = TokenInfo(id="1", name="Ana")
LUIS = TokenInfo(id="2", name="Luis")
TOKENS = HashedTokens(known={token_digest("for Ana"): ANA, token_digest("for Luis"): LUIS})


@pytest.mark.parametrize(
    ("token", "whose"), [("for Ana", ANA), ("for Luis", LUIS), ("for", None), ("", None), ("\udcff", None)]
)
def test_a_token_is_somebodys_or_nobodys(token: str, whose: TokenInfo | None) -> None:
    assert TOKENS.check(token) == whose


@pytest.mark.parametrize("token", ["for Ana", "for Luis", "nobody's"])
def test_every_token_is_compared_with_every_known_digest_in_constant_time(
    monkeypatch: pytest.MonkeyPatch, token: str
) -> None:
    compared: list[bytes] = []
    compare = hmac.compare_digest

    def watched(known: bytes, given: bytes) -> bool:
        compared.append(known)
        return compare(known, given)

    monkeypatch.setattr(hmac, "compare_digest", watched)
    TOKENS.check(token)

    assert compared == [token_digest("for Ana"), token_digest("for Luis")]
