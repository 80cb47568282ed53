"""Photos of room types: listed in XML only, served as JPEG, and also at the shop's public address."""

import base64
from typing import Final

from tests.fakes.qloapps import demo
from tests.fakes.qloapps.books import Books
from tests.fakes.qloapps.listing import unknown
from tests.fakes.qloapps.wire import JSON, XML, Answer, Died, Refused, document, dump

JPEG: Final = base64.b64decode(
    "/9j/2wBDAAMCAgICAgMCAgIDAwMDBAYEBAQEBAgGBgUGCQgKCgkICQkKDA8MCgsOCwkJDRENDg8QEBEQCgwSExIQEw8QEBD/yQALCAABAAEBAREA/8wABgAQEAX/2gAIAQEAAD8A0s8g/9k="
)
"""One grey pixel."""
SIZES: Final = {"cart": 1, "home": 4, "large": 5, "medium": 3, "small": 2, "thickbox": 6}
KINDS: Final = ["general", "room_types", "hotels", "categories", "extra_service"]


def answer(books: Books, path: list[str], *, base: str, as_json: bool) -> Answer:
    """`path` is what follows /api/images."""
    if not path:
        return Answer(200) if as_json else _root(base)
    if path[0] not in KINDS:
        raise unknown(f'Image of type "{path[0]}" does not exist', path[0], KINDS, 48)
    if path[0] != "room_types":
        return _hotels(path, base)
    if len(path) == 1:
        return _all(books, base)
    images = _images(books, path[1])
    return _listing(path[1], images, base, as_json=as_json) if len(path) == 2 else _picture(images, path[2:])


def public(books: Books, path: str) -> Answer:
    """`/img/p/1/2/12-large_default.jpg`, or without the size."""
    name = path.rpartition("/")[2].removesuffix(".jpg")
    number, _, size = name.partition("-")
    known = number.isdigit() and any(int(number) in kind.images for kind in books.room_types.values())
    right = path == f"{'/'.join(number)}/{name}.jpg" and size in {"", *(f"{each}_default" for each in SIZES)}
    return Answer(200, JPEG, "image/jpeg", webservice=False) if known and right else Answer(404, webservice=False)


def _images(books: Books, room_type: str) -> tuple[int, ...]:
    kind: demo.RoomType | None = books.room_types.get(int(room_type)) if room_type.isdigit() else None
    if kind is None or not kind.images:
        raise Died(Answer(500, b"", XML))
    return kind.images


def _root(base: str) -> Answer:
    rights = 'get="true" put="false" post="false" delete="false" head="true"'
    kinds = "".join(f'<{kind} xlink:href="{base}api/images/{kind}" {rights}/>\n' for kind in KINDS)
    return Answer(200, document(f"<image_types>\n{kinds}</image_types>\n"), XML)


def _hotels(path: list[str], base: str) -> Answer:
    """The demo hotel has no photo, and says so by an empty 500."""
    if len(path) > 1:
        return Answer(500, b"", XML)
    return Answer(200, document(f"{_types(base)}<images>\n</images>\n"), XML)


def _types(base: str) -> str:
    rows = "".join(
        f'<image_type id="{key}" name="{name}_default" xlink:href="{base}api/image_types/{key}"/>\n'
        for name, key in SIZES.items()
    )
    return f"<image_types>\n{rows}</image_types>\n"


def _all(books: Books, base: str) -> Answer:
    rows = "".join(f'<image id="{key}" xlink:href="{base}api/images/room_types/{key}"/>\n' for key in books.room_types)
    return Answer(200, document(f"{_types(base)}<images>\n{rows}</images>\n"), XML)


def _listing(room_type: str, images: tuple[int, ...], base: str, *, as_json: bool) -> Answer:
    """JSON is broken here: a nameless list and an error, as a 500."""
    if as_json:
        ids = [{"id": str(each)} for each in (room_type, *images)]
        errors = [{"code": 61, "message": "This image does not exist on disk"}]
        return Answer(500, dump({"": ids, "errors": errors}), JSON)
    link = f"{base}api/images/room_types/{room_type}"
    rows = "".join(f'<declination id="{each}" xlink:href="{link}/{each}"/>\n' for each in images)
    return Answer(200, document(f'<image id="{room_type}">\n{rows}</image>\n'), XML)


def _picture(images: tuple[int, ...], path: list[str]) -> Answer:
    if not path[0].isdigit() or int(path[0]) not in images:
        raise Refused(400, (57, "This image id does not exist"))
    if len(path) > 1 and path[1].removesuffix("_default") not in SIZES:
        raise Refused(400, (58, "This image type does not exist"))
    return Answer(200, JPEG, "image/jpeg")
