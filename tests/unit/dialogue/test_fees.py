"""What a cancellation costs is said before the yes, and counted by the hotel's own terms."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest

from agente_hotelero.dialogue import fees
from agente_hotelero.model.hotel import CancellationFee, HotelProfile
from agente_hotelero.model.money import Money
from agente_hotelero.model.stays import Party, PmsReservation, ReservationStatus, Stay
from tests.support.dialogue_guest import EVERYTHING, NOON, YES, Guest, a_reservation, demo_hotel

SOURCE = "profile:policies.cancellation_fee"
# The reservation arrives on 5 May at 15:00 in Buenos Aires (UTC-3): free until 48 hours before.
LAST_FREE = datetime(2030, 5, 3, 17, 59, 59, tzinfo=UTC)
CANCEL = {"es": "cancelar mi reserva", "pt": "cancelar minha reserva", "en": "cancel my reservation"}


def hotel(**terms: object) -> HotelProfile:
    fee = CancellationFee(free_until_hours=48, **terms)  # type: ignore[arg-type]  # handed on
    return replace(demo_hotel(), cancellation_fee=fee)


def booked(language: str = "es", *, at: HotelProfile | None = None) -> Guest:
    guest = Guest(hotel=at)
    guest.says(EVERYTHING[language])
    guest.says(YES[language])
    guest.confirmed()
    return guest


def on(guest: Guest, moment: datetime) -> Guest:
    guest.now = moment
    return guest


@pytest.mark.parametrize(
    ("language", "free", "charged"),
    [
        ("es", "Cancelarla ahora no tiene cargo.", "Cancelarla ahora tiene un cargo de USD 90.00."),
        ("pt", "Cancelar agora não tem custo.", "Cancelar agora tem um custo de USD 90,00."),
        ("en", "Cancelling it now is free of charge.", "Cancelling it now costs USD 90.00."),
    ],
)
def test_who_cancels_hears_what_it_costs_before_the_yes(language: str, free: str, charged: str) -> None:
    guest = on(booked(language), LAST_FREE)
    turn = guest.says(CANCEL[language])
    assert free in turn.text
    assert SOURCE in turn.facts
    later = on(guest, LAST_FREE + timedelta(seconds=1)).says(CANCEL[language])
    assert charged in later.text
    assert later.cancelled is None
    assert guest.says(YES[language]).cancelled == "DEMO-AK7001"


def test_a_yes_to_a_free_cancellation_that_is_free_no_longer_cancels_nothing() -> None:
    guest = on(booked(), LAST_FREE)
    guest.says("cancelar mi reserva")
    turn = on(guest, LAST_FREE + timedelta(hours=1)).says("sí")
    assert turn.cancelled is None
    assert "Las condiciones cambiaron" in turn.text
    assert "USD 90.00" in turn.text
    assert guest.says("sí").cancelled == "DEMO-AK7001"


def test_terms_that_the_hotel_changes_before_the_yes_are_shown_first() -> None:
    guest = booked()
    guest.says("cancelar mi reserva")
    guest.hotel = replace(demo_hotel(), cancellation_fee=None)
    turn = guest.says("sí")
    assert turn.cancelled is None
    assert "Las condiciones cambiaron" in turn.text
    assert guest.says("sí").cancelled == "DEMO-AK7001"


def test_where_the_hotel_names_no_fee_none_is_invented() -> None:
    guest = on(booked(at=replace(demo_hotel(), cancellation_fee=None)), LAST_FREE + timedelta(hours=20))
    turn = guest.says("cancelar mi reserva")
    assert "Cancelación sin cargo hasta 48 horas antes" in turn.text
    assert "USD" not in turn.text
    assert SOURCE not in turn.facts


@pytest.mark.parametrize(
    ("language", "words"),
    [("es", "ya empezó"), ("pt", "já começou"), ("en", "has begun")],
)
def test_after_the_day_of_arrival_a_person_cancels(language: str, words: str) -> None:
    guest = on(booked(language), datetime(2030, 5, 6, 3, 1, tzinfo=UTC))
    turn = guest.says(CANCEL[language])
    assert words in turn.text
    assert turn.handed_off == ["asked"]
    assert guest.says(YES[language]).cancelled is None


def test_on_the_day_of_arrival_it_is_still_the_guests_to_cancel() -> None:
    guest = on(booked(), datetime(2030, 5, 6, 2, 59, tzinfo=UTC))
    assert "USD 90.00" in guest.says("cancelar mi reserva").text


def test_a_yes_that_comes_when_the_stay_has_begun_cancels_nothing() -> None:
    guest = on(booked(), datetime(2030, 5, 6, 2, 59, tzinfo=UTC))
    guest.says("cancelar mi reserva")
    turn = guest.waits(minutes=5).says("sí")
    assert turn.cancelled is None
    assert turn.handed_off == ["asked"]


def reservation(total: str, *, currency: str = "USD", nights: int = 3) -> PmsReservation:
    stay = Stay(check_in=date(2030, 5, 5), check_out=date(2030, 5, 5) + timedelta(days=nights))
    return replace(a_reservation(), total=Money.of(total, currency), stay=stay, party=Party(adults=2))


@pytest.mark.parametrize(
    ("terms", "total", "currency", "fee"),
    [
        ({}, "100.00", "USD", "33.33"),
        ({}, "200.00", "USD", "66.67"),
        ({}, "10000", "CLP", "3333"),
        ({"percent": Decimal(50)}, "100.01", "USD", "50.01"),
        ({"percent": Decimal("12.5")}, "10000", "CLP", "1250"),
        ({"amount": Money.of("30.00", "USD")}, "100.00", "USD", "30.00"),
    ],
)
def test_a_fee_is_counted_from_the_pmss_total_to_the_currencys_exponent(
    terms: dict[str, object], total: str, currency: str, fee: str
) -> None:
    late = datetime(2030, 5, 5, 18, tzinfo=UTC)
    assert fees.of_cancelling(hotel(**terms), reservation(total, currency=currency), late) == Money.of(fee, currency)


def test_the_hours_are_counted_in_the_hotels_zone_also_over_a_change_of_the_clock() -> None:
    # In Lisbon the clock goes forward in the night to 31 March 2030: 48 hours before 15:00 (UTC+1) are 14:00 (UTC).
    lisbon = replace(hotel(), zone=ZoneInfo("Europe/Lisbon"))
    easter = replace(reservation("90.00"), stay=Stay(check_in=date(2030, 4, 1), check_out=date(2030, 4, 2)))
    last = datetime(2030, 3, 30, 14, tzinfo=UTC)
    assert fees.of_cancelling(lisbon, easter, last - timedelta(seconds=1)) == Money.of(0, "USD")
    assert fees.of_cancelling(lisbon, easter, last) == Money.of("90.00", "USD")


def test_a_fee_is_of_all_the_rooms_that_are_cancelled() -> None:
    guest = Guest(now=NOON)
    guest.says("una doble del 5 al 8 de mayo para 5 personas, a nombre de Ana Ruiz ana@x.com")
    guest.says("sí")
    guest.confirmed()
    assert "USD 270.00." in on(guest, LAST_FREE + timedelta(days=1)).says("cancelar mi reserva").text


# A change gives up the old reservation: its yes is to the fee that was shown, too.

CHANGE = {
    "es": "cambiar mi reserva al 10 de mayo",
    "pt": "mudar minha reserva para 10 de maio",
    "en": "change my reservation to May 10",
}
CHANGED = {"es": "Las condiciones cambiaron", "pt": "As condições mudaram", "en": "The terms changed"}
GIVING_UP = {
    "es": "Cancelar la anterior tiene un cargo de USD 90.00.",
    "pt": "Cancelar a anterior tem um custo de USD 90,00.",
    "en": "Cancelling the old one costs USD 90.00.",
}


@pytest.mark.parametrize("passes", [timedelta(seconds=10), timedelta(minutes=30)], ids=["at once", "later"])
@pytest.mark.parametrize("language", ["es", "pt", "en"])
def test_a_yes_to_a_change_that_was_free_and_is_no_longer_changes_nothing(language: str, passes: timedelta) -> None:
    guest = on(booked(language), LAST_FREE - timedelta(seconds=5))
    assert SOURCE not in guest.says(CHANGE[language]).facts
    turn = guest.waits(seconds=passes.total_seconds()).says(YES[language])
    assert turn.booked is None
    assert CHANGED[language] in turn.text
    assert GIVING_UP[language] in turn.text
    request = guest.says(YES[language]).booked
    assert request is not None
    assert request.replaces == "DEMO-AK7001"


def test_the_button_of_a_change_that_was_free_changes_nothing_either() -> None:
    guest = on(booked(), LAST_FREE)
    guest.says(CHANGE["es"])
    yes = guest.button("Sí, cambiarla")
    turn = guest.waits(minutes=30).presses_id(yes)
    assert turn.booked is None
    assert GIVING_UP["es"] in turn.text


def test_a_change_whose_fee_was_shown_needs_one_yes() -> None:
    guest = on(booked(), LAST_FREE + timedelta(hours=1))
    guest.says(CHANGE["es"])
    assert guest.waits(minutes=10).says("sí").booked is not None


@pytest.mark.parametrize("words", ["sí", "mejor del 11 al 13 de mayo", "gracias"])
def test_a_change_of_a_stay_that_began_meanwhile_is_a_persons(words: str) -> None:
    guest = on(booked(), datetime(2030, 5, 6, 2, 59, tzinfo=UTC))
    guest.says(CHANGE["es"])
    turn = guest.waits(minutes=5).says(words)
    assert turn.booked is None
    assert turn.handed_off == ["asked"]
    assert "lo hace el equipo" in turn.text
    assert guest.says("sí").booked is None


# The desk writes to the same PMS: the yes to a cancellation is to what was shown.


def moved(guest: Guest, **fields: object) -> Guest:
    """The desk changes the reservation."""
    guest.pms.reservations[0] = replace(guest.pms.reservations[0], **fields)  # type: ignore[arg-type]  # handed on
    return guest


SOON = Stay(check_in=date(2030, 4, 3), check_out=date(2030, 4, 6))


@pytest.mark.parametrize("pressed", [True, False])
@pytest.mark.parametrize("language", ["es", "pt", "en"])
def test_a_stay_that_the_desk_moved_since_is_shown_again_with_what_cancelling_it_costs_now(
    language: str, pressed: bool
) -> None:
    guest = booked(language)
    guest.says(CANCEL[language])
    button = guest.button({"es": "Sí, cancelarla", "pt": "Sim, cancelar", "en": "Yes, cancel it"}[language])
    moved(guest, stay=SOON).waits(days=1)
    turn = guest.presses_id(button) if pressed else guest.says(YES[language])
    assert turn.cancelled is None
    assert CHANGED[language] in turn.text
    assert {"es": "USD 90.00", "pt": "USD 90,00", "en": "USD 90.00"}[language] in turn.text
    assert guest.waits(days=1).says(YES[language]).cancelled == "DEMO-AK7001"


def test_a_yes_to_what_is_still_so_cancels_however_late_it_comes() -> None:
    guest = booked()
    guest.says("cancelar mi reserva")
    assert moved(guest, booker_phone="+5491155550101").waits(days=3).says("sí").cancelled == "DEMO-AK7001"


def test_a_yes_at_once_needs_no_second_look() -> None:
    guest = booked()
    guest.says("cancelar mi reserva")
    guest.pms.asked.clear()
    assert guest.waits(seconds=28).says("sí").cancelled == "DEMO-AK7001"
    assert guest.pms.asked == []


def test_what_the_desk_cancelled_already_is_not_cancelled_again() -> None:
    guest = booked()
    guest.says("cancelar mi reserva")
    turn = moved(guest, status=ReservationStatus.CANCELLED).waits(hours=3).says("sí")
    assert turn.cancelled is None
    assert "ya está cancelada" in turn.text


def test_what_the_pms_knows_no_more_is_not_cancelled() -> None:
    guest = booked()
    guest.says("cancelar mi reserva")
    guest.pms.reservations.clear()
    turn = guest.waits(hours=3).says("sí")
    assert turn.cancelled is None
    assert "No encuentro una reserva" in turn.text
    assert guest.says("sí").cancelled is None


def test_a_telephone_booking_is_not_asked_its_surname_again() -> None:
    guest = Guest()
    guest.pms.reservations.append(a_reservation(booker="Luis Soto"))
    guest.says("cancelar la reserva DEMO-7F3KMQ")
    guest.says("Soto")
    assert guest.waits(hours=20).says("sí").cancelled == "DEMO-7F3KMQ"


@pytest.mark.parametrize(
    ("language", "away", "back"),
    [
        ("es", "Ahora no puedo consultar", "¡Ya pude consultar!"),
        ("pt", "No momento não consigo consultar", "Já consegui consultar!"),
        ("en", "I can't reach the hotel's system", "I could look it up now!"),
    ],
)
def test_a_yes_that_the_pms_cannot_be_asked_about_is_seen_by_a_person_and_never_carried_out_by_the_clock(
    language: str, away: str, back: str
) -> None:
    guest = booked(language)
    guest.says(CANCEL[language])
    guest.pms.away = True
    turn = guest.waits(hours=1).says(YES[language])
    assert turn.cancelled is None
    assert away in turn.text
    assert turn.handed_off == ["reservation_in_doubt"]
    assert any("quiso cancelar la reserva DEMO-AK7001" in str(effect) for effect in turn.effects)
    assert guest.is_woken().effects != []
    guest.pms.away = False
    turn = guest.is_woken()
    assert turn.cancelled is None
    assert turn.text.startswith(back)
    assert guest.says(YES[language]).cancelled == "DEMO-AK7001"


def test_a_yes_said_again_once_the_pms_is_back_cancels_what_is_still_so() -> None:
    guest = booked()
    guest.says("cancelar mi reserva")
    guest.pms.away = True
    guest.waits(hours=1).says("sí")
    assert guest.says("sí").cancelled is None
    guest.pms.away = False
    turn = guest.says("sí")
    assert turn.cancelled == "DEMO-AK7001"
    assert guest.timers == {}


@pytest.mark.parametrize(
    ("language", "no", "kept"),
    [("es", "no", "sigue como está"), ("pt", "não", "continua como está"), ("en", "no", "stays as it is")],
)
def test_a_yes_that_the_pms_cannot_be_asked_about_may_be_taken_back(language: str, no: str, kept: str) -> None:
    guest = booked(language)
    guest.says(CANCEL[language])
    guest.pms.away = True
    guest.waits(hours=1).says(YES[language])
    assert kept in guest.says(no).text
    assert guest.timers == {}
    guest.pms.away = False
    assert guest.says(YES[language]).cancelled is None
