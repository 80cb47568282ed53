"""What makes a mail ours, and a Message-ID one that we gave: signs that nobody else can make.

So an agent never answers itself or a twin, and a forged bounce can't name a row of the outbox.
"""

import hmac
import re
from dataclasses import field
from hashlib import sha256
from typing import Final

from agente_hotelero.model.values import value

HEADER: Final = "X-Agente-Hotelero"
SIGN_LENGTH: Final = 32
SIGNED: Final = re.compile(r"(\d{1,19})\.([0-9a-f]{32})")


@value
class Ours:
    """What a mailbox is known by; `secret` signs, `domain` stands in our Message-IDs.

    `addresses` are all that reach the mailbox, in small letters; `authserv_ids` are the names under which its own
    server writes Authentication-Results, in small letters.
    """

    secret: bytes = field(repr=False)
    domain: str
    addresses: frozenset[str]
    authserv_ids: frozenset[str]

    def message_id(self, outbox_id: int) -> str:
        """Give the Message-ID of an outbox row's mail, the same one however often it is sent."""
        return f"<{outbox_id}.{self._sign('message-id', outbox_id)}@{self.domain}>"

    def outbox_id(self, message_id: str) -> int | None:
        """Say of which row's mail this is the Message-ID; of everybody else's, nothing."""
        local, _, domain = message_id.strip("<> ").rpartition("@")
        return self._signed("message-id", local) if domain.lower() == self.domain.lower() else None

    def mark(self, outbox_id: int) -> str:
        """Give the value of our header."""
        return f"{outbox_id}.{self._sign('own-mail', outbox_id)}"

    def made(self, mark: str) -> bool:
        """Say whether our header's value is one that we gave."""
        return self._signed("own-mail", mark) is not None

    def unsubscribing(self, outbox_id: int) -> str:
        """Give the subject of a mail by which the guest of that row says that they want nothing unasked."""
        return f"BAJA {outbox_id}.{self._sign('unsubscribe', outbox_id)}"

    def unsubscribes(self, subject: str) -> bool:
        """Say whether it is such a subject; what stands around it is the mail program's."""
        return any(self._signed("unsubscribe", word) is not None for word in subject.split())

    def _signed(self, purpose: str, text: str) -> int | None:
        found = SIGNED.fullmatch(text.strip())
        if found is None:
            return None
        sign = self._sign(purpose, int(found[1]))
        return int(found[1]) if hmac.compare_digest(sign.encode(), found[2].encode()) else None

    def _sign(self, purpose: str, outbox_id: int) -> str:
        return hmac.new(self.secret, f"mail:{purpose}:{outbox_id}".encode(), sha256).hexdigest()[:SIGN_LENGTH]
