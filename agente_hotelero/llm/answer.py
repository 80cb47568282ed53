"""What a language model answered, as far as it keeps to the form that it was given; nothing else of it is looked at."""

from typing import Annotated, Final

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError

from agente_hotelero.dialogue.understanding.advice import Kind, Proposal, Quote
from agente_hotelero.errors import AgenteError
from agente_hotelero.llm.meanings import MEANINGS
from agente_hotelero.llm.prompt import MOST_ENTITIES, MOST_LABELS, UNSURE
from agente_hotelero.model.values import value

LONGEST_QUOTE: Final = 200
MOST_USAGE: Final = 1_000_000


class UnreadableError(AgenteError):
    """It is not what was asked for; there is no word of it in here."""


@value
class Answer:
    """A proposal, and how many tokens it cost; None where that was not said."""

    proposal: Proposal
    tokens: int | None


def read(body: bytes) -> Answer:
    """Read the body of an answer; raises UnreadableError."""
    try:
        envelope = _Envelope.model_validate_json(body)
        said = _Said.model_validate_json(envelope.choices[0].message.content)
    except ValidationError:
        # Its own error quotes what it found.
        raise UnreadableError("the answer has another form") from None
    labels = () if UNSURE in said.labels else tuple(said.labels)
    quotes = tuple(Quote(kind=Kind(entity.kind), text=entity.text) for entity in said.entities)
    return Answer(proposal=Proposal(labels=labels, quotes=quotes), tokens=_tokens(envelope.usage))


def _known(label: str) -> str:
    if label not in MEANINGS and label != UNSURE:
        raise ValueError("no label of ours")
    return label


class _Entity(BaseModel):
    model_config = ConfigDict(extra="forbid")

    kind: Kind
    text: str = Field(min_length=1, max_length=LONGEST_QUOTE)


class _Said(BaseModel):
    model_config = ConfigDict(extra="forbid")

    labels: list[Annotated[str, AfterValidator(_known)]] = Field(max_length=MOST_LABELS)
    entities: list[_Entity] = Field(max_length=MOST_ENTITIES)


class _Message(BaseModel):
    content: str


class _Choice(BaseModel):
    message: _Message


class _Usage(BaseModel):
    total_tokens: int | None = None


class _Envelope(BaseModel):
    choices: list[_Choice] = Field(min_length=1)
    usage: _Usage | None = None


def _tokens(usage: _Usage | None) -> int | None:
    """What the provider counted, where that can be."""
    total = None if usage is None else usage.total_tokens
    return total if total is not None and 0 < total <= MOST_USAGE else None
