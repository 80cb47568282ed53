from agente_hotelero.config.flags import DEFAULT_FLAGS, Flag


def test_flags_are_called_as_the_owner_s_manual_calls_them_and_are_off_until_somebody_decides() -> None:
    assert {flag.value: enabled for flag, enabled in DEFAULT_FLAGS.items()} == {
        "features.interactive_messages": False,
        "tenancy.phone_normalization.advanced": False,
        "agent.paused": False,
    }
    assert set(DEFAULT_FLAGS) == set(Flag)
