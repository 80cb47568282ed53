"""What the hotels file says of the hotel itself: a fact a topic, and questions of its own with their answers."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Annotated, Final

from pydantic import BaseModel, BeforeValidator, Field, model_validator

from agente_hotelero.config import fields
from agente_hotelero.model.hotel import ALWAYS_SOME, Fact, Faq, OpenHours, Per, Topic
from agente_hotelero.model.money import Money

EVERY_DAY: Final = "mon-sun"
TOPICS: Final = frozenset(Topic)


def _by_days(hours: object) -> object:
    return {EVERY_DAY: hours} if isinstance(hours, str) else hours


Hours = Annotated[Mapping[fields.Days, fields.Span], BeforeValidator(_by_days)]


class FactEntry(fields.Strict):
    """One of `facts`: a text per language, or figures, or both; or `offered: false`."""

    es: str | None = None
    pt: str | None = None
    en: str | None = None
    offered: bool = True
    hours: Hours = Field(default_factory=dict)
    price: Decimal | None = Field(default=None, gt=0, le=1_000_000_000)
    per: Per | None = None
    included: bool = False

    @property
    def texts(self) -> Mapping[str, str]:
        """By language."""
        said = {"es": self.es, "pt": self.pt, "en": self.en}
        return {language: text for language, text in said.items() if text}

    @model_validator(mode="after")
    def _says_one_thing(self) -> "FactEntry":
        figures = bool(self.hours) or self.price is not None or self.included
        if not self.offered and figures:
            raise ValueError("what is not offered (offered: false) has no hours and no price")
        if self.offered and "offered" in self.model_fields_set and not figures and not self.texts:
            raise ValueError("what is offered needs words (es, pt, en), hours, a price or included: true")
        if self.included and self.price is not None:
            raise ValueError("what is included has no price")
        if self.per is not None and self.price is None:
            raise ValueError("per says what the price is for, and there is none")
        return self


class FaqEntry(fields.Strict):
    """One of `faq`."""

    questions: Mapping[fields.LANGUAGES, tuple[Annotated[str, Field(min_length=3)], ...]] = Field(min_length=1)
    answer: fields.Texts = Field(min_length=1)


MODELS: Final[tuple[type[BaseModel], ...]] = (FactEntry, FaqEntry)


def says_something(entry: FactEntry) -> bool:
    """An empty one is as good as none."""
    return bool(entry.texts or entry.hours or entry.price is not None or entry.included or not entry.offered)


def never_lacking(facts: Mapping[str, FactEntry]) -> list[str]:
    """Topics that «there is none» does not answer."""
    return [topic for topic, entry in facts.items() if not entry.offered and not entry.texts and topic in ALWAYS_SOME]


def fact(entry: FactEntry, currency: str) -> Fact:
    """As the dialogue says it."""
    return Fact(
        texts=entry.texts,
        offered=entry.offered,
        hours=open_hours(entry.hours),
        price=None if entry.price is None else Money.of(entry.price, currency),
        per=entry.per,
        included=entry.included,
    )


def faq(entry: FaqEntry) -> Faq:
    """As the dialogue finds it."""
    questions = tuple(question for variants in entry.questions.values() for question in variants)
    return Faq(questions=questions, answer=dict(entry.answer.items()))


def open_hours(hours: Mapping[str, str]) -> tuple[OpenHours, ...]:
    """One entry a weekday."""
    return tuple(
        OpenHours(weekday=day, opens=opens, closes=closes)
        for days, span in hours.items()
        for opens, closes in [fields.hours(span)]
        for day in fields.weekdays(days)
    )
