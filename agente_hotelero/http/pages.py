"""HTML pages and their files: small, our own, no inline script, nothing from elsewhere."""

import hashlib
import html
import mimetypes
from dataclasses import dataclass
from http import HTTPStatus
from pathlib import Path
from string import Template
from typing import Final

from aiohttp import web

STATIC: Final = Path(__file__).parent / "static"
TEMPLATES: Final = Path(__file__).parent / "templates"

# Photos may live at the hotel's own site; everything else is ours. Text never becomes markup (trusted types).
POLICY: Final = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' https:; connect-src 'self'; "
    "base-uri 'none'; form-action 'none'; require-trusted-types-for 'script'"
)
# A chat and a desk need none of what a browser could lend them.
PERMISSIONS: Final = "camera=(), microphone=(), geolocation=(), payment=(), usb=()"
NOBODY: Final = "'none'"
STATIC_ROUTE: Final = "/static/{path:.+}"
# Static files are asked for again with their ETag: a deploy never mixes two versions of a page.
REVALIDATE: Final = "no-cache"


class Page:
    """An HTML file with `$names` in it; what is filled in is escaped."""

    def __init__(self, file: Path, *, frame_ancestors: str = NOBODY) -> None:
        """Read the file once; `frame_ancestors` are the sites that may show it in a frame."""
        self._template = Template(file.read_text(encoding="utf-8"))
        self._headers = {
            "Content-Security-Policy": f"{POLICY}; frame-ancestors {frame_ancestors}",
            "Permissions-Policy": PERMISSIONS,
            # Says nothing to frames: a site that may show the page in one still can.
            "Cross-Origin-Opener-Policy": "same-origin",
            "Cross-Origin-Resource-Policy": "same-origin" if frame_ancestors == NOBODY else "cross-origin",
            "Cache-Control": REVALIDATE,
        }

    def response(self, **values: str) -> web.Response:
        """Fill it in; raises KeyError when the file names something else."""
        text = self._template.substitute({name: html.escape(value) for name, value in values.items()})
        return web.Response(text=text, content_type="text/html", headers=self._headers)


@dataclass(frozen=True, slots=True, kw_only=True)
class StaticFile:
    """A file as it is served."""

    body: bytes
    content_type: str
    etag: str


class StaticFiles:
    """A folder of small files, read once: no path of a stranger's ever reaches the disk."""

    def __init__(self, folder: Path) -> None:
        self._files = {
            file.relative_to(folder).as_posix(): _read(file) for file in sorted(folder.rglob("*")) if file.is_file()
        }

    async def serve(self, request: web.Request) -> web.Response:
        """Give one file; 304 to who has it already."""
        file = self._files.get(request.match_info["path"])
        if file is None:
            raise web.HTTPNotFound
        # Room photos are for whoever shows the hotel.
        headers = {
            "ETag": f'"{file.etag}"',
            "Cache-Control": REVALIDATE,
            "Cross-Origin-Resource-Policy": "cross-origin",
        }
        if any(known.value in {file.etag, "*"} for known in request.if_none_match or ()):
            return web.Response(status=HTTPStatus.NOT_MODIFIED, headers=headers)
        return web.Response(body=file.body, content_type=file.content_type, headers=headers)


def _read(file: Path) -> StaticFile:
    body = file.read_bytes()
    kind, _ = mimetypes.guess_type(file.name)
    return StaticFile(
        body=body, content_type=kind or "application/octet-stream", etag=hashlib.sha256(body).hexdigest()[:16]
    )
