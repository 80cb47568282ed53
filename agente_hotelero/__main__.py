"""The way in: `agente-hotelero`, or `python -m agente_hotelero`."""

import gc
from typing import Final

COLLECT_AFTER: Final = (50_000, 20, 20)


def main() -> None:
    """Run the command line."""
    # What is imported stays, and conversations leave few cycles: looking for those after every 700 objects finds next
    # to nothing, and takes a third of a start.
    gc.set_threshold(*COLLECT_AFTER)
    from agente_hotelero.commands import entry  # noqa: PLC0415 - after the line above

    entry.main()


if __name__ == "__main__":
    main()
