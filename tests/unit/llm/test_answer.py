"""Nothing of an answer is looked at that does not keep to the form."""

from typing import Any

import orjson
import pytest

from agente_hotelero.dialogue.understanding.advice import Kind, Quote
from agente_hotelero.llm import answer
from agente_hotelero.llm.answer import UnreadableError

GOOD: dict[str, Any] = {"labels": ["wifi"], "entities": [{"kind": "nights", "text": "3 noches"}]}


def enveloped(said: object, **more: object) -> bytes:
    content = said if isinstance(said, str) else orjson.dumps(said).decode()
    return orjson.dumps({"choices": [{"message": {"content": content}}], **more})


def test_a_good_answer_is_taken_whatever_else_its_envelope_holds() -> None:
    read = answer.read(enveloped(GOOD, id="x", usage={"total_tokens": 812, "cost": 1}, system_fingerprint=None))
    assert read.proposal.labels == ("wifi",)
    assert read.proposal.quotes == (Quote(kind=Kind.NIGHTS, text="3 noches"),)
    assert read.tokens == 812


@pytest.mark.parametrize(
    "said",
    [
        "",
        "null",
        "[]",
        "{}",
        "42",
        "cancel_reservation",
        "```json\n" + orjson.dumps(GOOD).decode() + "\n```",
        orjson.dumps(GOOD).decode() + " and more",
        '{"labels":["wifi"],"entities":' + "[" * 5_000,
        '{"labels":["wifi"],"entities":[],"labels":["do_it"]}',
        {**GOOD, "confidence": 1.0},
        {**GOOD, "labels": "wifi"},
        {**GOOD, "labels": ["WIFI"]},
        {**GOOD, "labels": ["wifi", "cancel everything"]},
        {**GOOD, "labels": ["out_of_scope"]},
        {**GOOD, "labels": [{"wifi": 1}]},
        {**GOOD, "labels": ["wifi", "pool", "pets", "parking"]},
        {**GOOD, "entities": [{"kind": "reservation_code", "text": "x"}]},
        {**GOOD, "entities": [{"kind": "nights", "text": 3}]},
        {**GOOD, "entities": [{"kind": "nights", "text": ""}]},
        {**GOOD, "entities": [{"kind": "nights", "text": "x" * 201}]},
        {**GOOD, "entities": [{"kind": "nights", "text": "3", "value": 30}]},
        {**GOOD, "entities": [{"kind": "nights", "text": "3"}] * 13},
        {"labels": ["wifi"]},
    ],
)
def test_anything_else_is_no_answer_and_is_quoted_nowhere(said: object) -> None:
    with pytest.raises(UnreadableError) as failed:
        answer.read(enveloped(said))
    assert str(failed.value) == "the answer has another form"
    assert failed.value.__suppress_context__


@pytest.mark.parametrize(
    "body",
    [
        *(b"", b"{}", b"[]", b'{"choices": []}', b'{"choices": [{}]}', b'{"choices": [{"message": {}}]}', b"\xff\xfe"),
        b'{"choices": [{"message": {"content": null, "refusal": "no"}}]}',
        b'{"choices": [{"message": {"content": {"labels": [], "entities": []}}}]}',
        b'{"error": {"message": "x"}}',
    ],
)
def test_an_envelope_of_another_form_holds_no_answer(body: bytes) -> None:
    with pytest.raises(UnreadableError):
        answer.read(body)


@pytest.mark.parametrize(("labels", "taken"), [(["unsure"], ()), (["wifi", "unsure"], ()), ([], ())])
def test_whoever_is_unsure_has_said_nothing_of_wishes_and_may_still_quote(labels: list[str], taken: tuple[str]) -> None:
    read = answer.read(enveloped({**GOOD, "labels": labels}))
    assert read.proposal.labels == taken
    assert len(read.proposal.quotes) == 1


@pytest.mark.parametrize(
    "usage", [None, {}, {"total_tokens": None}, {"total_tokens": 0}, {"total_tokens": -5}, {"total_tokens": 10**12}]
)
def test_a_count_that_cannot_be_is_none(usage: object) -> None:
    assert answer.read(enveloped(GOOD, usage=usage)).tokens is None
