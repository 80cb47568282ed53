"""Letters out of bytes, whatever their label claims."""

import re
from typing import Final

# What senders write, and what they mean by it: mostly as browsers take it (https://encoding.spec.whatwg.org/#names-and-labels).
# Nothing else is looked up: Python's codecs also hold zip files, escapes and quadratic curiosities.
CODECS: Final = {
    label: codec
    for codec, labels in {
        "cp1252": "iso-8859-1 iso8859-1 latin1 latin-1 windows-1252 cp1252",
        "gb18030": "gb2312 gbk gb18030 x-gbk",
        "cp949": "euc-kr ks_c_5601-1987 ks_c_5601 cp949 korean",
        "cp932": "shift_jis shift-jis sjis x-sjis windows-31j cp932",
        "iso2022_jp_2": "iso-2022-jp iso-2022-jp-2 csiso2022jp",
        "big5hkscs": "big5 big5-hkscs cn-big5 x-big5",
        "cp1254": "windows-1254 iso-8859-9",
        "cp874": "windows-874 iso-8859-11 tis-620",
        "utf_16": "utf-16",
        "utf_16_le": "utf-16le",
        "utf_16_be": "utf-16be",
        "koi8_r": "koi8-r",
        "koi8_u": "koi8-u",
        "euc_jp": "euc-jp",
        "iso2022_kr": "iso-2022-kr",
        "mac_roman": "macintosh",
    }.items()
    for label in labels.split()
}
CODECS.update({f"windows-{page}": f"cp{page}" for page in (1250, 1251, 1253, 1255, 1256, 1257, 1258)})
CODECS.update({f"iso-8859-{part}": f"iso8859_{part}" for part in (2, 3, 4, 5, 6, 7, 8, 10, 13, 14, 15, 16)})
WESTERN: Final = "cp1252"
# What no page shows and Postgres refuses (NUL), and the invisible marks that hide words from whoever looks for them.
INVISIBLE: Final = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\u00ad\u200b\u200e\u200f\u202a-\u202e\u2060-\u2069\ufeff\ud800-\udfff]"
)


def decode(data: bytes, charset: str) -> str:
    """Read `data`; without a label that we know, and for UTF-7 (which hides markup), as UTF-8, else as western.

    What is UTF-8 but labelled western is UTF-8: nobody writes «Ã¡» on purpose.
    """
    codec = CODECS.get(charset.strip().strip("\"'").lower())
    unlabelled = codec is None or codec == WESTERN
    for one in ("utf-8", WESTERN) if unlabelled else (codec, "utf-8"):
        try:
            return data.decode(one or WESTERN)
        except UnicodeError:
            continue
    return data.decode(codec or WESTERN, "replace")


def clean(text: str) -> str:
    """Leave plain line ends only, and take out what can't be seen."""
    return INVISIBLE.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))


def one_line(text: str) -> str:
    """Clean, with every run of blanks as one space: fit for a header or a list."""
    return " ".join(clean(text).split())
