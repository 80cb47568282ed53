"""A hotels file of a test's own, changed as its operator would change it."""

from collections.abc import Callable
from copy import deepcopy
from pathlib import Path
from typing import Any, Final

import yaml

from tests.support.command_line import EXAMPLE

Json = dict[str, Any]
SECOND: Final = "200000000000002"
"""The number of the hotel that `second` makes."""


class HotelsFile:
    """The example's hotel to begin with; each change is a whole file."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.content: Json = yaml.safe_load(EXAMPLE.read_text("utf-8"))
        self.write()

    def write(self) -> None:
        # Beside it and then moved: nobody ever reads half a file.
        fresh = self.path.with_suffix(".new")
        fresh.write_text(yaml.safe_dump(self.content, allow_unicode=True, sort_keys=False), "utf-8")
        fresh.replace(self.path)

    def change(self, change: Callable[[Json], object], *, hotel: int = 0) -> None:
        """Change one hotel, and write."""
        change(self.content["hotels"][hotel])
        self.write()

    def add_second(self, **more: Any) -> None:
        """Another hotel beside the first, with a number of its own."""
        second = deepcopy(self.content["hotels"][0])
        second.update(id="segundo", name="Hotel Segundo", whatsapp=[{"phone_number_id": SECOND}], **more)
        second["facts"]["wifi"] = {"es": "En el Segundo no hay wifi."}
        self.content["hotels"].append(second)
        self.write()

    def remove_second(self) -> None:
        del self.content["hotels"][1]
        self.write()
