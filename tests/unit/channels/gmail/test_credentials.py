import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from agente_hotelero.channels.gmail.credentials import ServiceAccount, read_credentials
from agente_hotelero.channels.oauth.tokens import RefreshToken
from agente_hotelero.errors import ConfigError
from tests.fakes.google import ACCOUNT, REFRESH_TOKEN, pem, refresh_token_json, service_account_json


def test_both_kinds_of_googles_files_are_read_and_show_no_secret() -> None:
    account, person = read_credentials(service_account_json()), read_credentials(refresh_token_json())

    assert isinstance(account, ServiceAccount)
    assert isinstance(person, RefreshToken)
    assert (account.email, person.token) == (ACCOUNT, REFRESH_TOKEN)
    assert "RSAPrivateKey" not in repr(account)
    assert REFRESH_TOKEN not in repr(person)


def elliptic() -> str:
    key = ec.generate_private_key(ec.SECP256R1())
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("/etc/google.json", "no JSON"),
        ("[]", "no JSON object"),
        ("{}", "neither service_account nor authorized_user"),
        ('{"type": "authorized_user", "client_id": "id", "client_secret": 7}', "lacks client_secret, refresh_token"),
        (service_account_json(private_key=" "), "lacks private_key"),
        (service_account_json(private_key=pem("account")[:300]), "cannot be read"),
        (service_account_json(private_key=elliptic()), "no RSA key"),
    ],
)
def test_what_cant_be_used_is_refused_by_what_it_lacks_and_never_shown(text: str, words: str) -> None:
    with pytest.raises(ConfigError, match=words) as refused:
        read_credentials(text)

    assert "BEGIN" not in str(refused.value)
    assert refused.value.__cause__ is None
