"""What a conversation remembers survives the database, older rows and newer processes."""

import json
from datetime import date

import pytest

from agente_hotelero.dialogue.state import NEWEST_READABLE, VERSION, NewerStateError, State
from agente_hotelero.errors import UnavailableError
from agente_hotelero.storage import codec
from tests.support.dialogue_guest import Guest, sold_out_on

EVERYTHING = "una doble del 5 al 8 de mayo para 2, a nombre de Ana Ruiz ana@x.com"


def stored(guest: Guest) -> str:
    return codec.text(guest.state)


def test_a_state_reads_back_as_it_was_written_at_every_step() -> None:
    guest = Guest()
    for words in ("hola", "a double on 5/6/2030", EVERYTHING, "no", "mis datos", "Ana Ruiz", "ana@x.com", "sí"):
        guest.says(words)
        assert codec.STATE.validate_json(stored(guest)) == guest.state
    guest.confirmed()
    guest.says("cancelar mi reserva")
    assert codec.STATE.validate_json(stored(guest)) == guest.state
    guest.says("no, mejor cambiar mi reserva al 12 de mayo")
    assert None not in {guest.state.aside.giving_up, guest.state.aside.shown}
    assert codec.STATE.validate_json(stored(guest)) == guest.state


def test_a_row_of_an_older_process_reads_with_defaults() -> None:
    old = json.dumps({"version": 1, "language": "es", "draft": {"check_in": "2030-05-05"}})
    state = codec.STATE.validate_json(old)
    assert state.draft.check_in is not None
    assert not state.draft.begun
    assert state.in_flight is None


def test_a_stay_in_two_parts_reads_back_as_it_was_written() -> None:
    guest = sold_out_on(Guest(), date(2030, 5, 7), keys=("double",))
    sold_out_on(guest, date(2030, 5, 5), keys=("suite",))
    guest.says("del 5 al 8 de mayo para 2, aunque sea cambiando de habitación")
    assert guest.state.aside.split is not None
    assert guest.state.aside.split.second is not None
    assert codec.STATE.validate_json(stored(guest)) == guest.state


def test_a_row_from_before_stays_in_two_parts_reads_without_one() -> None:
    guest = Guest()
    guest.pms.sell_out()
    guest.says(EVERYTHING)
    older = json.loads(stored(guest))
    for newer in ("split", "would_change_rooms"):
        older["kept_aside"].pop(newer, None)
    state = codec.STATE.validate_json(json.dumps(older))
    assert state == guest.state
    assert (state.aside.split, state.aside.would_change_rooms) == (None, False)


def test_a_row_of_the_next_version_is_read_and_what_is_new_in_it_left_out() -> None:
    guest = Guest()
    guest.says(EVERYTHING)
    newer = json.loads(stored(guest)) | {"version": NEWEST_READABLE, "mood": "curious"}
    newer["draft"]["breakfast"] = True
    state = codec.STATE.validate_json(json.dumps(newer))
    assert state.draft == guest.state.draft


def test_what_is_written_back_says_by_whom() -> None:
    guest = Guest()
    guest.state = State(version=NEWEST_READABLE)
    guest.says("hola")
    assert guest.state.version == VERSION


def test_a_row_two_versions_ahead_is_left_for_whoever_reads_it() -> None:
    with pytest.raises(NewerStateError) as caught:
        codec.STATE.validate_json(json.dumps({"version": NEWEST_READABLE + 1}))
    assert isinstance(caught.value, UnavailableError)


def test_a_conversation_that_has_not_begun_is_small() -> None:
    assert len(codec.text(State())) < 1500
