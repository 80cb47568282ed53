"""docs/qloapps.md names the permissions that the agent uses, and no others."""

import re
from pathlib import Path

from agente_hotelero.pms.qloapps import checkup

TEXT = (Path(__file__).parents[4] / "docs" / "qloapps.md").read_text("utf-8")


def documented() -> set[tuple[str, str]]:
    rows = re.findall(r"^\| (`.+?) \|(.*?)\|(.*?)\|(.*?)\|", TEXT, re.MULTILINE)
    return {
        (resource, method)
        for resources, *columns in rows
        for resource in re.findall(r"`(\w+)`", resources)
        for method, column in zip(("get", "post", "put"), columns, strict=True)
        if column.strip() == "sí"
    }


def test_the_permissions_that_are_documented_are_those_that_are_checked() -> None:
    checked = [checkup.NEEDED, checkup.WANTED, checkup.NATIVE_LATE_CHECKOUT]

    assert documented() == {(name, one) for table in checked for name, methods in table.items() for one in methods}
