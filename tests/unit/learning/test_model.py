"""What the model says of messages that nobody wrote down before, in the three languages."""

import pytest

from agente_hotelero.learning import model_file


@pytest.mark.parametrize(
    ("text", "labels"),
    [
        ("hay alberca en el hotel??", {"pool"}),
        ("posso levar meu cachorro e tem vaga pro carro", {"pets", "parking"}),
        ("is there a lift, my mum uses a wheelchair", {"accessibility"}),
        ("me cobraron dos veces en la tarjeta", {"payment"}),
        ("no quiero cancelar solo cambiar la fecha", {"modify_reservation"}),
        ("o chuveiro nao esquenta", {"report_problem"}),
        ("how do I get from the airport to you", {"transport"}),
    ],
)
def test_what_a_message_is_about_is_the_likeliest(text: str, labels: set[str]) -> None:
    chances = model_file.load()(text)
    assert {label for label, _ in chances[: len(labels)]} == labels


@pytest.mark.parametrize("text", ["", "   ", "🙂", "\x00", "日本語", "x" * 5_000, "a " * 5_000])
def test_any_text_is_taken(text: str) -> None:
    assert all(0 <= chance <= 1 for _, chance in model_file.load()(text))


def test_spelling_in_a_hurry_is_no_other_language() -> None:
    model = model_file.load()
    assert model("HOLAAAA tienen PÍLETA")[0][0] == model("hola tienen pileta")[0][0] == "pool"


def test_numbers_are_all_alike() -> None:
    model = model_file.load()
    assert model("somos 2 del 5 al 8") == model("somos 3 del 7 al 9")
