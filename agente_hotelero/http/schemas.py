"""The shapes of what HTTP takes and gives, from which /openapi.json is made."""

from datetime import datetime
from typing import Literal

from pydantic import BaseModel, ConfigDict


class Shape(BaseModel):
    """Base of all."""

    model_config = ConfigDict(frozen=True)


class Problem(Shape):
    """Why it was refused."""

    code: str
    message: str


class Refusal(Shape):
    """What every answer from 400 on looks like."""

    error: Problem


class Alive(Shape):
    """The process turns."""

    status: Literal["alive"]


class ReadinessReport(Shape):
    """Whether traffic may come; `details` for operators only."""

    ready: bool
    checks: dict[str, str | bool]
    details: dict[str, object] | None = None


class FlagItem(Shape):
    """One feature flag; `stale` is there only while Redis is away."""

    flag: str
    enabled: bool
    source: Literal["redis", "default"]
    stale: Literal[True] | None = None


class FlagReport(Shape):
    """Every feature flag, twice: as a map, and with sources."""

    flags: dict[str, bool]
    items: list[FlagItem]


class Stored(Shape):
    """The message is committed."""

    status: Literal["stored"]


class Acknowledged(Shape):
    """The webhook is committed."""

    status: Literal["ok"]


class Session(Shape):
    """A chat session's bearer token."""

    token: str
    expires_at: datetime


class Button(Shape):
    """An option to press."""

    id: str
    title: str
    description: str


class Way(Shape):
    """A page to open, and what to call it."""

    title: str
    url: str


class Line(Shape):
    """One line of the chat; `picture`, `map` and `link` are there only where there is one."""

    n: int
    author: Literal["guest", "hotel"]
    at: datetime
    client_id: str | None
    body: str
    options: list[Button]
    photo: str | None
    picture: str | None = None
    map: str | None = None
    link: Way | None = None


class History(Shape):
    """Lines in order of n."""

    lines: list[Line]
