"""What we say, as plain text and as simple HTML: options are counted, so that a guest may answer with a number."""

import re
from collections.abc import Iterable, Iterator
from html import escape
from typing import Final

from agente_hotelero.channels import maps
from agente_hotelero.channels.mail.charsets import clean
from agente_hotelero.model.messages import (
    Choices,
    ContactRequest,
    Document,
    Link,
    Location,
    LocationRequest,
    Option,
    OutboundMessage,
    Picture,
    Reaction,
    Template,
    Text,
)

WEB_SCHEMES: Final = ("https://", "http://")
PAGE: Final = (
    '<!DOCTYPE html>\n<html lang="{language}"><head><meta charset="utf-8"></head>\n'
    '<body style="font-family:Arial,Helvetica,sans-serif;font-size:15px;line-height:1.5;color:#222">\n{content}\n</body></html>\n'
)
SIGNATURE_STYLE: Final = "color:#666;font-size:13px"


def plain(messages: Iterable[OutboundMessage], *, signature: str, site: str | None) -> str:
    """Write the text; blank where nothing can be told in words. The signature stands below the line that marks one."""
    told = "\n\n".join(words for message in messages if (words := _plain(message, site)))
    signed = f"\n\n-- \n{clean(signature).strip()}" if signature.strip() else ""
    return f"{told}{signed}\n" if told else ""


def page(messages: Iterable[OutboundMessage], *, signature: str, site: str | None, language: str) -> str:
    """Write the same as HTML; nothing that anybody said is markup."""
    blocks = [block for message in messages for block in _blocks(message, site)]
    if signature.strip():
        blocks.append(f'<p style="{SIGNATURE_STYLE}">-- <br>{_escaped(signature.strip())}</p>')
    return PAGE.format(language=escape(re.sub(r"[^\w-]", "", language)), content="\n".join(blocks))


def _plain(message: OutboundMessage, site: str | None) -> str:
    match message:
        case Text(body=body):
            lines = [body]
        case Choices(body=body, options=options):
            lines = [body, "", *(f"{number}. {_told(option)}" for number, option in enumerate(options, 1))]
        case Location(name=name, address=address):
            lines = [name, address, maps.page_of(message)]
        case Picture(source=source, caption=caption):
            lines = [caption, _absolute(source, site) or ""]
        case Link(body=body, url=url):
            lines = [body, url if url.startswith(WEB_SCHEMES) else ""]
        case Document(source=source, filename=filename, caption=caption):
            lines = [caption or filename, _absolute(source, site) or ""]
        case LocationRequest(body=body) | ContactRequest(body=body) | Template(words=body):
            lines = [body]
        case Reaction():
            lines = []
    return clean("\n".join(lines)).strip()


def _blocks(message: OutboundMessage, site: str | None) -> Iterator[str]:
    match message:
        case Text(body=body) | LocationRequest(body=body) | ContactRequest(body=body) | Template(words=body):
            yield from _paragraphs(body)
        case Choices(body=body, options=options, photo=photo):
            yield from _image(photo, site, "")
            yield from _paragraphs(body)
            yield "<ol>" + "".join(f"<li>{_escaped(_told(option))}</li>" for option in options) + "</ol>"
        case Location(name=name, address=address):
            yield from _paragraphs(f"{name}\n{address}")
            yield _anchor(maps.page_of(message), maps.page_of(message))
        case Picture(source=source, caption=caption):
            yield from _image(source, site, caption)
            yield from _paragraphs(caption)
        case Link(body=body, title=title, url=url):
            yield from _paragraphs(body)
            if url.startswith(WEB_SCHEMES):
                yield _anchor(url, title)
        case Document(source=source, filename=filename, caption=caption):
            yield from _paragraphs(caption)
            if file := _absolute(source, site):
                yield _anchor(file, filename)
        case Reaction():
            return


def _told(option: Option) -> str:
    return f"{option.title} — {option.description}" if option.description.strip() else option.title


def _paragraphs(text: str) -> Iterator[str]:
    for paragraph in re.split(r"\n[ \t]*\n", clean(text).strip()):
        if paragraph.strip():
            yield f"<p>{_escaped(paragraph)}</p>"


def _escaped(text: str) -> str:
    return escape(clean(text)).replace("\n", "<br>\n")


def _anchor(url: str, title: str) -> str:
    return f'<p><a href="{escape(clean(url))}">{_escaped(title)}</a></p>'


def _image(source: str | None, site: str | None, caption: str) -> Iterator[str]:
    if address := _absolute(source or "", site):
        yield f'<p><img src="{escape(clean(address))}" alt="{escape(clean(caption))}" width="480" style="max-width:100%"></p>'


def _absolute(source: str, site: str | None) -> str | None:
    """Give where a mail program may fetch a picture, if it can."""
    if source.startswith(WEB_SCHEMES):
        return source
    return site.rstrip("/") + source if site and source.startswith("/") else None
