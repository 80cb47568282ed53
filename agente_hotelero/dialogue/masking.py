"""An address or a number as somebody sees it who may or may not be its owner: enough to know it, too little to learn it."""


def masked_address(address: str) -> str:
    """Write `ana@gmail.com` as `a•••@g•••.com`, however long it is."""
    local, _, domain = address.rpartition("@")
    name, _, ending = domain.rpartition(".")
    return f"{local[:1]}•••@{name[:1]}•••.{ending}"


def last_digits(number: str) -> str:
    """The last two of a number."""
    return number[-2:]
