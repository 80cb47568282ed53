"""A conversation's state out of its row: of this version, of those before, and of the next one, which only adds fields."""

import orjson
from pydantic import ValidationError

from agente_hotelero.dialogue.state import VERSION, State
from agente_hotelero.errors import AgenteError, UnavailableError
from agente_hotelero.storage import codec


class UnknownStateError(UnavailableError):
    """A newer version of this program wrote the conversation: its rows wait for a process that can read it."""

    def __init__(self, version: int) -> None:
        """`version` is the state's."""
        super().__init__(f"a program that reads conversations of version {version}", retry_after_seconds=60)


class UnreadableStateError(AgenteError):
    """A stored conversation does not fit its own version: only a person can help this guest."""


def read(body: str) -> State:
    """Read a state of a version up to the next one, which only adds fields."""
    version = _version(body)
    if version > VERSION + 1:
        raise UnknownStateError(version)
    try:
        return codec.read_state(body)
    except ValidationError:  # its text quotes the guest
        if version > VERSION:
            raise UnknownStateError(version) from None
        raise UnreadableStateError(f"a conversation of version {version} does not fit it") from None


def _version(body: str) -> int:
    version = orjson.loads(body).get("version", VERSION)
    return version if isinstance(version, int) else VERSION
