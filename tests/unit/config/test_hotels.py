from datetime import time
from decimal import Decimal
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agente_hotelero.config import hotels
from agente_hotelero.errors import ConfigError
from agente_hotelero.model.hotel import CancellationFee, LateCheckoutTerms, Topic
from agente_hotelero.model.ids import HotelId
from agente_hotelero.model.money import Money
from agente_hotelero.model.tone import Register, Tone

EXAMPLE = (Path(__file__).parents[3] / "hotels.example.yaml").read_text("utf-8")
ACCOUNT = '- phone_number_id: "100000000000001"'


def changed(old: str, new: str) -> str:
    """The example with one thing changed."""
    assert EXAMPLE.count(old) >= 1, old
    return EXAMPLE.replace(old, new, 1)


def read(text: str, **environment: str) -> hotels.Hotels:
    return hotels.parse(text, name="hotels.yaml", environment=environment)


def said_about(text: str, **environment: str) -> str:
    with pytest.raises(ConfigError) as refused:
        read(text, **environment)
    return str(refused.value)


def line_of(text: str, words: str) -> int:
    return text[: text.index(words)].count("\n") + 1


def first_difference(text: str) -> int:
    pairs = zip(text.splitlines(), EXAMPLE.splitlines(), strict=False)
    changed_lines = (line for line, (ours, theirs) in enumerate(pairs, start=1) if ours != theirs)
    return next(changed_lines, len(EXAMPLE.splitlines()) + 1)


def refusal_of(text: str) -> str:
    """What is said about it, if anything."""
    try:
        read(text)
    except ConfigError as error:
        return str(error)
    return ""


def test_the_example_is_read_whole() -> None:
    found = read(EXAMPLE)

    hotel = found.by_id(HotelId("demo"))
    assert found.for_whatsapp("100000000000001") is hotel
    assert found.for_whatsapp("1") is None
    assert hotel.profile.zone == ZoneInfo("America/Argentina/Buenos_Aires")
    assert (hotel.profile.check_in_from, hotel.profile.check_out_until) == (time(15), time(11))
    assert [(room.key, room.rooms, room.base_price) for room in hotel.pms.rooms] == [
        ("single", 2, Decimal(60)),
        ("double", 4, Decimal(90)),
        ("suite", 1, Decimal(160)),
    ]
    assert {"parking", "pets", "breakfast", "wifi", "pool", "gym_spa"} <= set(hotel.profile.facts) <= set(Topic)
    assert len(hotel.profile.business_hours) == 7


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("timezone: Am", "timezon: Am", "hotels.0.timezon: unknown field; did you mean timezone?"),
        ("currency: USD\n    ", "", "hotels.0.currency: is missing"),
        ("Buenos_Aires", "Buenos_Aire", "hotels.0.timezone: there is no time zone"),
        ("Am", "../Am", "hotels.0.timezone: there is no time zone"),
        ("USD", "USB", "hotels.0.currency: there is no currency 'USB'"),
        ("[es, pt, en]", "[es, fr]", "hotels.0.languages.1: Input should be 'es', 'pt' or 'en'"),
        ("[es, pt, en]", "[]", "hotels.0.languages: should have at least one entry"),
        ("[es, pt, en]", "es", "hotels.0.languages: should be a list"),
        ("# tone: {es: vos", "tone: {es: ud", "hotels.0.tone.es: Input should be 'tú', 'vos' or 'usted'"),
        ("# tone: {es: vos, pt: pt-PT}", "tone: {pt: pt}", "hotels.0.tone.pt: Input should be 'pt-BR' or 'pt-PT'"),
        ("# tone: {es: vos", "tone: {en: you", "hotels.0.tone.en: unknown field"),
        ("# tone: {es: vos, pt: pt-PT}", "tone: vos", "hotels.0.tone: should be a mapping of fields"),
        ("{latitude: -34.5875, longitude: -58.4053}", "Palermo", "hotels.0.location: should be a mapping of fields"),
        ("latitude: -34.5875", "latitude: -345", "hotels.0.location.latitude: Input should be greater than"),
        ("phone: ", "payments: x\n    phone: ", "hotels.0.payments: unknown field; did you mean payment?"),
        ("phone: ", "payment: {url: 7}\n    phone: ", "hotels.0.payment.url: should be text"),
        ("reservas@", "reservas ", "hotels.0.email: an e-mail address looks like"),
        ('"15:00"', "3 pm", "hotels.0.check_in_from: a time of day looks like"),
        ('"15:00"', "900", "hotels.0.check_in_from: a time of day looks like"),
        ('"15:00"', '"24:00"', "hotels.0.check_in_from: a time of day looks like"),
        ('"15:00"', "null", "hotels.0.check_in_from: a time of day looks like"),
        ("mon-fri", "mon-fry", 'hotels.0.business_hours.mon-fry: days look like "mon" or "mon-fri"'),
        ('"08:00-22:00"', '"08:00"', "hotels.0.business_hours.mon-fri: hours look like"),
        ('"08:00-22:00"', '"25:00-30:00"', "hotels.0.business_hours.mon-fri: a time of day looks like"),
        ("capacity: 2", "capacity: 0", "hotels.0.rooms.1.capacity: Input should be greater than or equal to 1"),
        ('"90.00"', "free", "hotels.0.rooms.1.base_price: Input should be a valid decimal"),
        ("{es: suite, pt", "{pt", "hotels.0.rooms.2.names: lacks es, the hotel's own language"),
        ("key: double", "key: single", "hotels.0.rooms.1.key: room single is there twice"),
        ("kind: mock", "kind: opera", "hotels.0.pms.kind: Input should be 'mock' or 'qloapps'"),
        ("kind: mock", "kind: qloapps", "hotels.0.pms: kind: qloapps needs url"),
        ("kind: mock", "kind: qloapps, url: https://shop.example", "hotels.0.pms: kind: qloapps needs url"),
        ("kind: mock", "kind: mock, url: https://shop.example", "hotels.0.pms: kind: mock is the demo PMS"),
        ("kind: mock", "kind: qloapps, url: shop.example, key_env: KEY", "hotels.0.pms.url: an address begins"),
        (
            "kind: mock",
            "kind: qloapps, url: https://shop.example, key_env: KEY",
            "hotels.0.pms.key_env: the variable KEY",
        ),
        ("cancellation:", "cancelation:", "hotels.0.policies.cancelation: unknown field; did you mean cancellation?"),
        ("fee: first_night", "fee: all", "hotels.0.policies.cancellation_fee.fee: Input should be 'first_night'"),
        (", fee: first_night", "", "hotels.0.policies.cancellation_fee: says what it costs in one way: fee"),
        ("first_night", "first_night, percent: 50", "hotels.0.policies.cancellation_fee: says what it costs in one"),
        ("fee: first_night", "percent: 101", "hotels.0.policies.cancellation_fee.percent: Input should be less than"),
        ("fee: first_night", "amount: -1", "hotels.0.policies.cancellation_fee.amount: Input should be greater"),
        ("free_until_hours: 48", "free_until: 48", "hotels.0.policies.cancellation_fee.free_until: unknown field"),
        ("_hours: 48", "_hours: -1", "hotels.0.policies.cancellation_fee.free_until_hours: Input should be greater"),
        ('until: "14:00"', 'until: "11:00"', "hotels.0.late_checkout.until: should be later than check_out_until"),
        ('until: "14:00"', "until: 2 pm", "hotels.0.late_checkout.until: a time of day looks like"),
        ('"20.00"', "free", "hotels.0.late_checkout.price: Input should be a valid decimal"),
        ('price: "20', 'prize: "20', "hotels.0.late_checkout.prize: unknown field; did you mean price?"),
        ('"100000000000001"', "100000000000001", "hotels.0.whatsapp.0.phone_number_id: should be text"),
        (
            ACCOUNT,
            f"{ACCOUNT}\n      {ACCOUNT}",
            "hotels.0.whatsapp.1.phone_number_id: phone_number_id 100000000000001",
        ),
        ("id: demo", "id: demo\n    llm: perhaps", "hotels.0.llm: Input should be a valid boolean"),
        ("id: demo", "id: Demo Hotel", "hotels.0.id: String should match pattern"),
        (
            "pms: {kind: mock}",
            "pms: {kind: mock}\n    staff: {webhook_url: https://x.example}",
            "hotels.0.staff: webhook",
        ),
        (
            "pms: {kind: mock}",
            "pms: {kind: mock}\n    staff: {webhook_url: x.example}",
            "hotels.0.staff.webhook_url: an",
        ),
    ],
)
def test_a_mistake_is_one_line_with_its_line_and_field(old: str, new: str, said: str) -> None:
    text = changed(old, new)

    line = line_of(text, "- id: demo") if said.endswith("is missing") else first_difference(text)
    assert any(one.startswith(f"hotels.yaml:{line}: {said}") for one in said_about(text).splitlines())


@pytest.mark.parametrize(
    ("said", "tone"),
    [
        ("", Tone(es=Register.TU, pt=Register.BRAZIL)),
        ("tone: {}", Tone(es=Register.TU, pt=Register.BRAZIL)),
        ("tone: {es: tu}", Tone(es=Register.TU, pt=Register.BRAZIL)),
        ("tone: {es: tu\u0301}", Tone(es=Register.TU, pt=Register.BRAZIL)),
        ("tone: {es: vos}", Tone(es=Register.VOS, pt=Register.BRAZIL)),
        ("tone: {es: usted, pt: pt-PT}", Tone(es=Register.USTED, pt=Register.PORTUGAL)),
    ],
)
def test_a_hotel_says_how_it_speaks_to_its_guests(said: str, tone: Tone) -> None:
    [hotel] = read(changed("# tone: {es: vos, pt: pt-PT}", said or "# no tone")).all()
    assert hotel.profile.tone == tone


def test_the_second_of_two_equal_hotels_is_the_line_that_is_named() -> None:
    text = EXAMPLE + EXAMPLE.partition("hotels:\n")[2].replace("100000000000001", "100000000000002")

    assert said_about(text) == f"hotels.yaml:{EXAMPLE.count(chr(10)) + 1}: hotels.1.id: hotel id demo is there twice"


def test_every_mistake_is_named_at_once() -> None:
    text = changed("USD", "USB").replace("mon-fri", "mo-fri").replace("capacity: 4", "capacity: many")

    assert [line.split(": ")[1] for line in said_about(text).splitlines()] == [
        "hotels.0.currency",
        "hotels.0.business_hours.mo-fri",
        "hotels.0.rooms.2.capacity",
    ]


def test_a_mistake_below_a_merged_mapping_is_named_where_it_is_merged() -> None:
    text = changed(
        "location: {latitude: -34.5875, longitude: -58.4053}", "location: {<<: {latitude: 100, longitude: 0}}"
    )

    line = line_of(text, "location:")
    assert said_about(text).startswith(f"hotels.yaml:{line}: hotels.0.location.latitude: Input should be")


@pytest.mark.parametrize(
    ("fee", "read_as"),
    [
        ("fee: first_night", CancellationFee(free_until_hours=48)),
        ("percent: 50", CancellationFee(free_until_hours=48, percent=Decimal(50))),
        ('amount: "30.00"', CancellationFee(free_until_hours=48, amount=Money.of("30.00", "USD"))),
    ],
)
def test_what_a_cancellation_costs_is_said_in_one_of_three_ways(fee: str, read_as: CancellationFee) -> None:
    profile = read(changed("fee: first_night", fee)).by_id(HotelId("demo")).profile

    assert profile.cancellation_fee == read_as


def test_a_late_checkout_has_its_hour_and_its_price() -> None:
    terms = read(EXAMPLE).by_id(HotelId("demo")).profile.late_checkout

    assert terms == LateCheckoutTerms(until=time(14), price=Money.of("20.00", "USD"))


def test_a_hotel_that_says_neither_charges_nothing_by_itself() -> None:
    text = "".join(
        line for line in EXAMPLE.splitlines(keepends=True) if "_fee:" not in line and "late_checkout:" not in line
    )

    profile = read(text).by_id(HotelId("demo")).profile
    assert (profile.cancellation_fee, profile.late_checkout) == (None, None)


@pytest.mark.parametrize(
    ("old", "new"),
    [('"15:00"', "15:00"), ('"15:00"', '"15:00:00"'), ('"11:00"', "11:00"), ('"08:00-22:00"', "08:00-22:00")],
)
def test_times_may_stand_without_quotes(old: str, new: str) -> None:
    assert read(changed(old, new)).by_id(HotelId("demo")).profile == read(EXAMPLE).by_id(HotelId("demo")).profile


def test_a_word_that_old_yaml_takes_for_false_is_a_word() -> None:
    text = changed("Hay estacionamiento propio sin cargo, sujeto a lugar.", "no")

    assert read(text).by_id(HotelId("demo")).profile.facts["parking"].texts["es"] == "no"


def test_hours_may_last_past_midnight_or_all_day() -> None:
    text = changed('"08:00-22:00"', "20:00-02:00").replace('"09:00-20:00"', "00:00-24:00")

    hours = read(text).by_id(HotelId("demo")).profile.business_hours

    assert [(one.weekday, one.opens, one.closes) for one in hours[4:6]] == [
        (4, time(20), time(2)),
        (5, time(0), time(0)),
    ]


def test_days_may_run_over_the_week_s_end() -> None:
    text = changed("mon-fri", "fri-mon").replace("sat-sun", "tue")

    assert [one.weekday for one in read(text).by_id(HotelId("demo")).profile.business_hours] == [4, 5, 6, 0, 1]


def test_secrets_come_from_the_environment_and_stay_out_of_sight() -> None:
    text = changed(
        ACCOUNT,
        f"{ACCOUNT}\n        access_token_env: TOKEN\n        app_secrets_env: [NEW, OLD]\n"
        "    staff: {webhook_url: https://desk.example/in, webhook_secret_env: DESK}",
    )

    hotel = read(text, TOKEN="tok", NEW="s1", OLD="s2", DESK="s3").by_id(HotelId("demo"))

    assert (hotel.whatsapp[0].access_token, hotel.whatsapp[0].app_secrets) == ("tok", ("s1", "s2"))
    assert hotel.staff.webhook_secret == "s3"
    assert hotel.profile.person_reachable
    assert not any(secret in repr(hotel) for secret in ("'tok'", "'s1'", "'s2'", "'s3'"))


def test_every_reference_to_a_variable_that_is_not_set_is_named_where_it_stands() -> None:
    text = changed(ACCOUNT, f"{ACCOUNT}\n        access_token_env: TOKEN\n        app_secrets_env: [NEW, EMPTY]")

    line = line_of(text, "access_token_env")
    assert said_about(text, NEW="x", EMPTY="").splitlines() == [
        f"hotels.yaml:{line}: hotels.0.whatsapp.0.access_token_env: the variable TOKEN is not set",
        f"hotels.yaml:{line + 1}: hotels.0.whatsapp.0.app_secrets_env.1: the variable EMPTY is not set",
    ]


def test_a_secret_that_stands_where_its_name_belongs_is_refused_without_repeating_it() -> None:
    text = changed(ACCOUNT, f"{ACCOUNT}\n        access_token_env: EAAGm0PX4ZCpsBA-secret")

    said = said_about(text)

    assert "access_token_env: this is the NAME of an environment variable" in said
    assert "EAAG" not in said


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "hotels.yaml:1: the file is empty"),
        ("# only a comment\n", "hotels.yaml:1: the file is empty"),
        ("hotels:\n  - id: a\n   name: b\n", "hotels.yaml:3: "),
        ("hotels:\n  - 'id: a\n", "hotels.yaml:3: found unexpected end of stream"),
        ("hotels:\n\tx\n", "hotels.yaml:2: found character '\\t' that cannot start any token"),
        ("hotels: *nobody\n", "hotels.yaml:1: found undefined alias"),
        ("a: 1\n---\nb: 2\n", "hotels.yaml:2: but found another document"),
        ("hotels: 1\nhotels: 2\n", "hotels.yaml:2: hotels is there twice"),
        ("hotels:\n  - {id: a, id: b}\n", "hotels.yaml:2: id is there twice"),
        ("hotels:\n- \x00\n", "hotels.yaml:2: the character U+0000 has no place in a file"),
        ("hotels: !!python/object:os.system {}\n", "hotels.yaml:1: could not determine a constructor"),
        ("\nhotels: !!int many\n", "hotels.yaml:2: this is no number"),
        ("\nhotels: !!bool maybe\n", "hotels.yaml:2: this is no true or false"),
        ("? [a]\n: b\n", "hotels.yaml:1: found unhashable key"),
        ("[" * 600, "hotels.yaml:1: this is no YAML that can be read"),
        ('"\\U00110000"', "hotels.yaml:1: this is no YAML that can be read"),
        ("hotels: &all [*all]\n", "hotels.yaml:1: hotels.0: should be a mapping of fields"),
        ("hotels\n", "hotels.yaml:1: the file: should be a mapping of fields"),
    ],
)
def test_what_is_no_hotels_file_at_all_is_one_line_too(text: str, said: str) -> None:
    assert said_about(text).startswith(said)
    assert "\n" not in said_about(text)


def test_aliases_that_multiply_are_read_once() -> None:
    layers = "".join(f"x{n}: &x{n} [{', '.join([f'*x{n - 1}'] * 9)}]\n" for n in range(1, 30))

    assert "x29: unknown field" in said_about(f"x0: &x0 [a]\n{layers}hotels: []\n")


def test_a_missing_file_names_the_setting(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"No such file or directory; AGENTE_HOTELS_FILE names the hotels file"):
        hotels.load(tmp_path / "absent.yaml")


def test_a_file_in_another_encoding_names_the_line(tmp_path: Path) -> None:
    path = tmp_path / "hotels.yaml"
    path.write_bytes(b"hotels:\n  - name: Hotel Espa\xf1a\n")

    with pytest.raises(ConfigError, match=r"hotels\.yaml:2: this is not UTF-8 text"):
        hotels.load(path)


@given(st.text(max_size=200))
def test_no_text_makes_a_traceback(text: str) -> None:
    with pytest.raises(ConfigError):
        read(text)


LINES = EXAMPLE.splitlines()
WORDS = st.sampled_from(
    ["", "~", "[]", "{}", "no", "1", "-1", "15:00", "*a", "&a", "!!x y", '"', "|", "? ", "<<: x", "\t"]
)


@given(st.lists(st.tuples(st.integers(0, len(LINES) - 1), st.integers(0, 60), WORDS | st.text(max_size=8)), max_size=4))
def test_no_slip_in_a_good_file_makes_a_traceback(slips: list[tuple[int, int, str]]) -> None:
    lines = list(LINES)
    for line, column, words in slips:
        lines[line] = lines[line][:column] + words + lines[line][column + len(words) :]
    assert all(said.startswith("hotels.yaml:") for said in refusal_of("\n".join(lines)).splitlines())


QLOAPPS = changed("kind: mock", "kind: qloapps, url: https://shop.example/es, key_env: QLO_KEY, hotel: 2")


def test_a_real_pms_is_an_address_a_key_out_of_the_environment_and_rooms_by_number() -> None:
    text = QLOAPPS.replace("key: single", "key: 1").replace("key: double", "key: 2").replace("key: suite", "key: 3")
    text = text.replace("key: 1", 'key: "1"').replace("key: 2", 'key: "2"').replace("key: 3", 'key: "3"')

    [hotel] = read(text, QLO_KEY="secret-key").all()

    pms = hotel.pms
    assert (pms.kind, pms.url, pms.key, pms.property_id) == ("qloapps", "https://shop.example/es", "secret-key", 2)
    assert "secret-key" not in repr(hotel)


def test_a_real_pms_knows_its_rooms_by_number() -> None:
    said = said_about(QLOAPPS, QLO_KEY="secret-key")

    assert "hotels.0.rooms.0.key: should be the room type's number in QloApps, not 'single'" in said


def with_payment(url: str) -> str:
    return changed("phone: ", f"payment: {{url: {url!r}}}\n    phone: ")


@pytest.mark.parametrize(
    "url",
    [
        "https://pay.example",
        "https://pay.example/{code}?amount={total}&currency={currency}",
        "https://pay.example:8443/r/{code}/{code}#{total}",
        "https://pay.example?ref={code}",
    ],
)
def test_a_payment_link_is_taken_as_it_is_written(url: str) -> None:
    assert read(with_payment(url)).by_id(HotelId("demo")).profile.payment_url == url


def test_a_hotel_without_a_payment_link_has_none() -> None:
    assert read(EXAMPLE).by_id(HotelId("demo")).profile.payment_url is None


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("http://pay.example/{code}", "a payment link looks like https://"),
        ("javascript:alert(1)", "a payment link looks like https://"),
        ("https://", "a payment link looks like https://"),
        ("https:///{code}", "a payment link looks like https://"),
        ("https://{code}.example/", "a payment link looks like https://"),
        ("https://pay.example{code}", "a payment link looks like https://"),
        ("https://user:secret@pay.example/", "a payment link looks like https://"),
        ("https://pay.example/a b", "a payment link looks like https://"),
        ("https://pay.example/ñ", "a payment link looks like https://"),
        ("https://pay.example/{name}", "a payment link may name {code}, {total} and {currency}"),
        ("https://pay.example/{code", "a payment link may name {code}, {total} and {currency}"),
        ("https://pay.example/{{code}}", "a payment link may name {code}, {total} and {currency}"),
        ("https://pay.example/{code.real}", "a payment link may name {code}, {total} and {currency}"),
        ("https://pay.example/{total:x}", "a payment link may name {code}, {total} and {currency}"),
        ("https://pay.example/{}", "a payment link may name {code}, {total} and {currency}"),
        ("https://pay.example/" + "x" * 1_500, "a payment link has at most 1500 letters"),
    ],
)
def test_a_payment_link_that_could_lead_elsewhere_or_break_is_refused(url: str, said: str) -> None:
    assert f": hotels.0.payment.url: {said}" in said_about(with_payment(url))


MAILBOX = """    mailbox:
      address: Reservas@Hotel.example
      aliases: [Info@hotel.example]
      imap: {host: imap.hotel.example}
      smtp: {host: smtp.hotel.example, security: starttls}
      password_env: MAILBOX_PASSWORD
      authserv_ids: [MX.hotel.example]
      signature: |
        Ana
        Reservas
"""


SECRET = "password_env: MAILBOX_PASSWORD"
OAUTH = "oauth: {token_url: microsoft, client_id: app, client_secret_env: CLIENT, refresh_token_env: REFRESH}"


def with_mailbox(old: str = "", new: str = "") -> str:
    assert MAILBOX.count(old) >= 1, old
    return EXAMPLE.rstrip("\n") + "\n" + (MAILBOX.replace(old, new, 1) if old else MAILBOX)


def test_a_mailbox_has_two_servers_and_a_secret_out_of_the_environment() -> None:
    found = read(with_mailbox(), MAILBOX_PASSWORD="s3cret").by_id(HotelId("demo")).mailbox
    assert found is not None
    assert (found.address, found.aliases, found.user) == (
        "reservas@hotel.example", ("info@hotel.example",), "Reservas@Hotel.example",
    )  # fmt: skip
    assert (found.imap.port, found.imap.security) == (993, "tls")
    assert (found.smtp.port, found.smtp.security) == (587, "starttls")
    assert (found.password, found.token, found.authserv_ids) == ("s3cret", None, ("mx.hotel.example",))
    assert found.signature == "Ana\nReservas\n"
    assert "s3cret" not in repr(found)


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("Reservas@Hotel.example", "reservas", "mailbox.address: an e-mail address looks like name@hotel.example"),
        (
            "imap.hotel.example}",
            "imap.hotel.example, security: none}",
            "mailbox.imap: security: none sends the password in clear",
        ),
        ("imap.hotel.example}", "'https://imap.hotel.example'}", "mailbox.imap.host: a host is a name such as"),
        ("imap.hotel.example}", "imap.hotel.example, port: 0}", "mailbox.imap.port"),
        ("security: starttls", "security: ssl", "mailbox.smtp.security"),
        ("password_env: MAILBOX_PASSWORD", "token_env: NOT_SET", "mailbox.token_env: the variable NOT_SET is not set"),
        ("password_env: MAILBOX_PASSWORD", "user: ana", "mailbox: a mailbox needs one of password_env, oauth and"),
        (SECRET, f"{SECRET}\n      {OAUTH}", "mailbox: a mailbox needs one of password_env, oauth and token_env"),
        (SECRET, OAUTH, "mailbox.oauth.refresh_token_env: the variable REFRESH is not set"),
        (SECRET, OAUTH.replace("microsoft", "http://tokens.example"), "mailbox.oauth.token_url: a token URL is google"),
        (SECRET, OAUTH.replace("microsoft", "yahoo"), "mailbox.oauth.token_url: a token URL is google, microsoft or"),
        ("password_env: MAILBOX_PASSWORD", "password_env: s3cret", "mailbox.password_env: this is the NAME"),
        ("authserv_ids", "authserv_id", "mailbox.authserv_id: unknown field; did you mean authserv_ids?"),
        ("      smtp: {host: smtp.hotel.example, security: starttls}\n", "", "mailbox.smtp: is missing"),
    ],
)
def test_a_mistake_in_a_mailbox_is_named(old: str, new: str, said: str) -> None:
    assert said in said_about(with_mailbox(old, new), MAILBOX_PASSWORD="x")


def test_one_mailbox_is_one_hotels() -> None:
    two = with_mailbox() + with_mailbox().partition("hotels:\n")[2].replace("id: demo", "id: other").replace(
        "100000000000001", "200000000000002"
    )
    assert "mailbox reservas@hotel.example is there twice" in said_about(two, MAILBOX_PASSWORD="x")


def test_a_mailbox_may_be_opened_by_a_grant() -> None:
    found = read(with_mailbox(SECRET, OAUTH), CLIENT="cl1ent", REFRESH="r3fresh").by_id(HotelId("demo")).mailbox
    assert found is not None
    assert found.oauth is not None
    assert found.oauth.token_url == "https://login.microsoftonline.com/common/oauth2/v2.0/token"
    assert (found.oauth.client_id, found.oauth.client_secret, found.oauth.refresh_token) == ("app", "cl1ent", "r3fresh")
    assert not {"cl1ent", "r3fresh"} & set(repr(found).replace("'", " ").split())


def test_a_program_that_keeps_no_secret_has_none_and_tokens_may_come_from_this_machine() -> None:
    text = OAUTH.replace("microsoft", '"http://127.0.0.1:7/token"').replace("client_secret_env: CLIENT, ", "")
    found = read(with_mailbox(SECRET, text), REFRESH="r").by_id(HotelId("demo")).mailbox
    assert found is not None
    assert found.oauth is not None
    assert (found.oauth.token_url, found.oauth.client_secret) == ("http://127.0.0.1:7/token", "")


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "::1"])
def test_a_server_on_this_machine_may_speak_in_clear(host: str) -> None:
    text = with_mailbox("{host: imap.hotel.example}", f'{{host: "{host}", security: none}}')
    found = read(text, MAILBOX_PASSWORD="x").by_id(HotelId("demo")).mailbox
    assert found is not None
    assert (found.imap.host, found.imap.port) == (host, 143)
