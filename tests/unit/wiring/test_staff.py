"""What stands between the parts."""

from dataclasses import replace

import pytest

from agente_hotelero.actors.feature_flags import FlagView
from agente_hotelero.config.flags import Flag
from agente_hotelero.model.journal import OpenHandOff
from agente_hotelero.wiring.staff import NumbersShown
from tests.unit.channels.staff.handoffs import HANDOFF


class Desk:
    """Hears what staff hear."""

    def __init__(self) -> None:
        self.told: list[OpenHandOff] = []

    async def tell(self, handoff: OpenHandOff) -> None:
        self.told.append(handoff)


@pytest.mark.parametrize(
    ("channel", "address", "advanced", "shown"),
    [
        ("whatsapp", "5491155550123", False, "whatsapp 5491155550123"),
        ("whatsapp", "5491155550123", True, "whatsapp +5491155550123"),
        ("whatsapp", "US.13491208655302741918", True, "whatsapp US.13491208655302741918"),
        ("webchat", "5491155550123", True, "webchat 5491155550123"),
        (None, None, True, None),
    ],
)
async def test_staff_see_a_number_as_the_flag_has_it(
    channel: str | None, address: str | None, advanced: bool, shown: str | None
) -> None:
    flags, desk = FlagView(), Desk()
    flags.replace({Flag.PHONE_NORMALIZATION.value: advanced})

    await NumbersShown(desk, flags=flags).tell(replace(HANDOFF, channel=channel, address=address))

    assert desk.told[0].contact == shown
