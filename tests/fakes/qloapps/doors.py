"""Who may come in, and to which resource: keys, permissions, and the list of resources that a key sees."""

import base64
import binascii
import re
from collections.abc import Mapping
from typing import Final

from tests.fakes.qloapps.listing import unknown
from tests.fakes.qloapps.wire import HTML, JSON, XML, Answer, Died, Refused, document, dump

Permissions = dict[str, set[str]]
METHODS: Final = ("GET", "PUT", "POST", "DELETE", "HEAD")
_READ: Final = """
hotels hotel_room_types room_types hotel_rooms hotel_features services currencies languages orders room_bookings
order_states order_histories order_payments customers images hotel_ari bookings customer_threads customer_messages
""".split()
_WRITTEN: Final = {
    "hotel_ari": {"POST"},
    "bookings": {"POST", "PUT"},
    "order_histories": {"POST"},
    "room_bookings": {"PUT"},
    "customer_threads": {"POST"},
    "customer_messages": {"POST"},
}
_SPECIAL: Final = frozenset({"hotel_ari", "images", "search", "bookings", "qlo"})
"""They have classes of their own, and no schema."""
_REALM: Final = 'Basic realm="Welcome to {shop} Webservice, please enter the authentication key as the login. No password required."'  # fmt: skip


def least_privilege() -> Permissions:
    """What was proved sufficient, and the optional rights that notes and late checkouts need."""
    return {name: {"GET"} | _WRITTEN.get(name, set()) for name in _READ}


def key_of(authorization: str | None, parameter: str | None) -> str:
    """The Basic user, or else `ws_key`; a wrong Basic user is not saved by a right parameter."""
    if authorization is not None and authorization.startswith("Basic "):
        try:
            return base64.b64decode(authorization.removeprefix("Basic ")).decode().partition(":")[0]
        except (binascii.Error, UnicodeDecodeError):
            return "?"
    if parameter is None:
        challenge = {"WWW-Authenticate": _REALM.format(shop="PrestaShop")}
        raise Died(Answer(401, b"401 Unauthorized", HTML, challenge, webservice=False))
    return parameter


def check_key(key: str, right: str | None) -> None:
    """`right` is None where the only key is switched off."""
    challenge = {"WWW-Authenticate": _REALM.format(shop="QloApps")}
    if not re.fullmatch(r"[A-Za-z0-9]{32}", key):
        raise Refused(401, (18, "Invalid authentication key format"), headers=challenge)
    if key != right:
        inactive = (20, "Authentification key is not active"), (21, "No permission for this authentication key")
        raise Refused(401, *inactive, headers=challenge)


def check_rights(permissions: Mapping[str, set[str]], method: str, resource: str, known: list[str]) -> None:
    if resource not in known:
        raise unknown(f'Resource of type "{resource}" does not exists', resource, known, 27)
    allowed = permissions.get(resource, set())
    if not allowed:
        message = f'Resource of type "{resource}" is not allowed with this authentication key'
        raise Refused(401, (26, message))
    if method not in allowed:
        message = f"Method {method} is not allowed for the resource {resource} with this authentication key"
        raise Refused(405, (25, message))
    if resource == "bookings" and method == "DELETE":
        raise Refused(405, (101, "Method DELETE is not allowed for the resource bookings"))
    if resource == "hotel_ari" and method != "POST":
        raise Refused(405, (23, f"Method {method} is not valid"))


def root(permissions: Mapping[str, set[str]], *, as_json: bool, base: str) -> Answer:
    """JSON names the resources; XML also tells what may be done with each."""
    names = sorted(name for name, methods in permissions.items() if methods)
    if as_json:
        return Answer(200, dump(names), JSON)
    listed = "".join(_entry(name, permissions[name], f"{base}api/{name}") for name in names)
    return Answer(200, document(f'<api shopName="Hotel Prime Demo">\n{listed}</api>\n'), XML)


def _entry(name: str, methods: set[str], link: str) -> str:
    rights = " ".join(f'{method.lower()}="{str(method in methods).lower()}"' for method in METHODS)
    about = f'<description xlink:href="{link}" {rights}>\n{name}</description>\n'
    kinds = () if name in _SPECIAL else ("blank", "synopsis")
    schemas = "".join(f'<schema xlink:href="{link}?schema={kind}" type="{kind}"/>\n' for kind in kinds)
    return f'<{name} xlink:href="{link}" {rights}>\n{about}{schemas}</{name}>\n'
