"""Makes the models of what guests want as a part of building the package, so that whatever is installed has it."""

import sys
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class ModelHook(BuildHookInterface):  # type: ignore[type-arg]  # hatch's own configuration
    """Runs before the wheel is put together, an editable one too."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Make it where there is none of these phrases and this code."""
        del version, build_data
        sys.path.insert(0, self.root)
        try:
            from agente_hotelero.learning import making  # noqa: PLC0415 - from where it is being built

            for make, to in making.missing():
                make(to)
        finally:
            sys.path.remove(self.root)
