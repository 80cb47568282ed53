import pytest

from agente_hotelero.channels.whatsapp.splitting import size, split


@pytest.mark.parametrize(("text", "units"), [("", 0), ("abc", 3), ("ñ¿…", 3), ("😀", 2), ("\ud83d", 1)])
def test_length_is_counted_in_utf16_units(text: str, units: int) -> None:
    assert size(text) == units


@pytest.mark.parametrize(
    ("text", "pieces"),
    [
        ("", ()),
        (" \n ", ()),
        ("0123456789", ("0123456789",)),
        ("  fits  ", ("fits",)),
        ("aaaaaa\n\nb. c d", ("aaaaaa", "b. c d")),
        ("aaaaaa\nb. c d e", ("aaaaaa", "b. c d e")),
        ("aa bb. cc dd", ("aa bb.", "cc dd")),
        ("aaaaa bb cc", ("aaaaa bb", "cc")),
        ("a\n\nbbb cccc ddd", ("a\n\nbbb", "cccc ddd")),
        ("aaaa bbbbb cc", ("aaaa bbbbb", "cc")),
        ("aaaaaaaaaa bb", ("aaaaaaaaaa", "bb")),
        ("0123456789abc", ("0123456789", "abc")),
        ("😀😀😀😀😀😀", ("😀😀😀😀😀", "😀")),
    ],
)
def test_a_text_is_cut_where_a_reader_would_pause(text: str, pieces: tuple[str, ...]) -> None:
    assert split(text, 10) == pieces


@pytest.mark.parametrize("words_before", range(10))
def test_a_link_is_never_cut_while_it_fits(words_before: int) -> None:
    link = "https://hotel.example/rooms?from=2026-01-05&to=2026-01-08"
    assert any(link in piece for piece in split("palabra " * words_before + link + " palabra" * 8, 60))
