"""Tokens of the services that we speak to, in the form that detect-secrets loads."""

import re
from typing import ClassVar

from detect_secrets.plugins.base import RegexBasedDetector


class HotelTokenDetector(RegexBasedDetector):
    """Meta's access tokens, Fly's, and our own for operators."""

    secret_type: ClassVar[str] = "Token of a service of ours"
    denylist: ClassVar[list[re.Pattern[str]]] = [
        re.compile(r"\bEAA[A-Za-z0-9]{60,}"),
        re.compile(r"\b(?:FlyV1 )?fm\d[a-z]?_[A-Za-z0-9+/=_-]{40,}"),
        re.compile(r"\bagente_[A-Za-z0-9_-]{43}\b"),
    ]
