"""Where a hotel is, as far as its time zone tells."""

from functools import cache

from babel.core import get_global


@cache
def of_zone(key: str) -> str | None:
    """Country of a time zone, as ISO 3166's two letters; None for UTC and the like."""
    territory = get_global("zone_territories").get(get_global("zone_aliases").get(key, key))
    return territory if territory is not None and territory.isalpha() and territory != "ZZ" else None
