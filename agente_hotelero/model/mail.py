"""Mail as actors see it: what a mailbox has, and what an answer to a guest's mail has to know of it."""

from dataclasses import field

from agente_hotelero.model.values import value


@value
class RawMail:
    """One mail as bytes; what is over its limit may be cut off at its end.

    `provider_id` is the mailbox's own name for it, `thread` that of its thread, where it has one.
    """

    provider_id: str
    thread: str = ""
    raw: bytes = field(repr=False)


@value
class Caught:
    """What was new since a cursor, the oldest first.

    `cursor` is where to go on once all `mails` are stored; `more` says that it is worth doing so at once.
    """

    mails: tuple[RawMail, ...]
    cursor: str
    more: bool = False


@value
class Letterhead:
    """What an answer needs of the mail that it answers.

    `proved` says that our own mail server vouches for the address that is answered.
    """

    message_id: str = ""
    references: tuple[str, ...] = ()
    subject: str = ""
    thread: str = ""
    """The provider's own name of the thread, where it has one."""
    proved: bool = False
