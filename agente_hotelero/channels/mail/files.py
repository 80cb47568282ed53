"""What came along with a mail and is somebody's: its names, and its bytes once the whole mail was fetched."""

import re
from collections.abc import Iterable
from typing import Final

from agente_hotelero.channels.mail import mime
from agente_hotelero.channels.mail.charsets import one_line
from agente_hotelero.channels.mail.read import Attachment, attachments_of
from agente_hotelero.model.media import GuestFile

# Keys and wrappers that mail programs add; nobody attached them.
NOT_FILES: Final = re.compile(r"application/(?:x-)?(?:pkcs7-|pgp-|ms-tnef)|text/(?:x-)?vcard|message/", re.IGNORECASE)
WHAT: Final = ("image", "audio", "video")
DOCUMENT: Final = "document"
FILES_LIMIT: Final = 20
"""Of one mail; nobody looks at more."""
NAME_LIMIT: Final = 200


def attached(attachments: Iterable[Attachment]) -> list[Attachment]:
    """Take what somebody attached: no picture in the words, no signature's key."""
    return [one for one in attachments if not one.inline and not NOT_FILES.match(one.content_type)]


def what(file: Attachment) -> str:
    """Say what it is, in a channel's few words."""
    kind = file.content_type.partition("/")[0].lower()
    return kind if kind in WHAT else DOCUMENT


def name(file: Attachment) -> str:
    """Give its name as it can be stored and shown."""
    return one_line(file.name.replace("\0", ""))[:NAME_LIMIT]


def files_of(raw: bytes, *, most_bytes: int) -> list[GuestFile]:
    """Take the files out of a whole mail; one that is too large comes without its bytes."""
    mail = mime.parse(raw)
    leaves = tuple(mail.leaves())
    found = attached(attachments_of(raw, mail))[:FILES_LIMIT]
    return [_file(one, raw, leaves[one.index], most_bytes) for one in found]


def _file(attachment: Attachment, raw: bytes, part: mime.Part, most_bytes: int) -> GuestFile:
    content = mime.content(raw, part)
    # A mail that was cut off ends in the middle of its last file.
    cut = part.end >= mime.RAW_LIMIT_BYTES
    refused = "too_large" if cut or len(content) > most_bytes else None if content else "empty"
    return GuestFile(
        name=name(attachment),
        mime=attachment.content_type[:NAME_LIMIT],
        content=None if refused else content,
        refused=refused,
    )
