"""What every answer tells browsers and caches; a handler's own word counts for more."""

from typing import Final

from multidict import CIMultiDict, CIMultiDictProxy

NAME: Final = "agente-hotelero"
"""Says who answers, and no version: aiohttp would name its own and Python's."""
NOTHING: Final = "default-src 'none'; frame-ancestors 'none'"
"""The policy of whatever is no page: a browser that was made to show it runs and fetches nothing."""
DEFAULTS: Final = CIMultiDictProxy(
    CIMultiDict(
        {
            "X-Content-Type-Options": "nosniff",
            "Content-Security-Policy": NOTHING,
            "Referrer-Policy": "no-referrer",
            "Cross-Origin-Resource-Policy": "same-origin",
            # Most answers hold something of a guest, a token, or what is true for this moment only.
            "Cache-Control": "no-store",
            "Server": NAME,
        }
    )
)
# A year: what browser makers ask for. Not for subdomains, which are not ours to decide about.
STRICT_TRANSPORT: Final = "max-age=31536000"


def defaults(*, https: bool) -> CIMultiDict[str]:
    """Give what an application's answers carry; `https` is whether browsers reach it by https only."""
    given = CIMultiDict(DEFAULTS)
    if https:
        given["Strict-Transport-Security"] = STRICT_TRANSPORT
    return given
