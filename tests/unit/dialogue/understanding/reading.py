"""A Wednesday in April, a hotel that speaks three languages, and a guest who writes."""

from datetime import date
from typing import Final

from agente_hotelero.dialogue.reading import Context, Expecting, Language, Reading
from agente_hotelero.dialogue.understanding.offline import understand

TODAY: Final = date(2026, 4, 15)
ES, PT, EN = Language.ES, Language.PT, Language.EN
ROOM_NAMES: Final = (
    ("single", "habitación individual"),
    ("single", "quarto individual"),
    ("single", "single room"),
    ("double", "habitación doble"),
    ("double", "quarto duplo"),
    ("double", "double room"),
    ("suite", "suite"),
    ("suite", "suíte"),
)
OFFERS: Final = ("Habitación individual", "Habitación doble", "Suite")


def read(
    text: str,
    *,
    prior: Language | None = None,
    expecting: Expecting = Expecting.NOTHING,
    options: tuple[str, ...] = (),
    check_in: date | None = None,
    near: date | None = None,
    days: tuple[date, ...] = (),
    today: date = TODAY,
    country: str | None = None,
    languages: tuple[Language, ...] = (ES, PT, EN),
) -> Reading:
    context = Context(
        today=today,
        languages=languages,
        prior=prior,
        expecting=expecting,
        options=options or (("yes", "no") if expecting is Expecting.YES_NO else ()),
        room_names=ROOM_NAMES,
        check_in=check_in,
        near=near,
        days=days,
        country=country,
    )
    return understand(text, context)


def stay(text: str, **context: object) -> str | None:
    """The dates of a message in one line: in..out, in, ..out, or the trouble; None where it names no day."""
    return told(read(text, **context))  # type: ignore[arg-type]  # passed on as they are


def told(reading: Reading) -> str | None:
    """The dates of a reading in one line."""
    dates = reading.dates
    if dates is None:
        return None
    if dates.trouble is not None:
        return " ".join([dates.trouble.value, *map(str, dates.alternatives)])
    arrives, leaves = dates.check_in or "", dates.check_out
    return f"{arrives}..{leaves}" if leaves else str(arrives)
