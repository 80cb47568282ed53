"""What guests asked and the hotel's profile did not say, as the replies that owned up to it tell."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Final

from agente_hotelero.dialogue.effects import GAP
from agente_hotelero.model.ids import HotelId
from agente_hotelero.storage.links import Pool

# For a person who waits: it reads the whole table, so that no message pays for an index.
ASKED: Final = """
SELECT o.hotel, substr(fact, length($1::text) + 1) AS topic, count(DISTINCT o.cause) AS times
FROM outbox o, unnest(o.facts) AS fact
WHERE starts_with(fact, $1::text) AND o.created_at > now() - $2::interval GROUP BY 1, 2
"""


async def asked(pool: Pool, *, within: timedelta) -> Mapping[tuple[HotelId, str], int]:
    """How often each topic was asked for in vain, by hotel; raises StorageUnavailableError."""
    rows = await pool.fetch(ASKED, GAP, within)
    return {(HotelId(row["hotel"]), row["topic"]): row["times"] for row in rows}
