"""Every series that rules, alerts and dashboards may read, with its labels."""

from typing import Any, Final

import yaml

from agente_hotelero.telemetry.metrics import Metrics
from tests.support.promql import uses
from tests.support.watching import PROMETHEUS

TARGET: Final = frozenset({"job", "instance"})
"""Labels that Prometheus adds to all that it scrapes."""
PARTS: Final = {"histogram": ("_bucket", "_count", "_sum"), "counter": ("_total",), "gauge": ("",)}


def rules(name: str) -> list[dict[str, Any]]:
    document = yaml.safe_load((PROMETHEUS / name).read_text("utf-8"))
    return [rule for group in document["groups"] for rule in group["rules"]]


RECORDED: Final = rules("recording.yml")


def emitted() -> dict[str, frozenset[str]]:
    """Every series of the service by name, with its labels."""
    series = {"up": TARGET}
    for metric in vars(Metrics()).values():
        if hasattr(metric, "_labelnames"):
            for part in PARTS[metric._type]:
                own = {"le"} if part == "_bucket" else set()
                series[metric._name + part] = frozenset(metric._labelnames) | own | TARGET
    return series


def recorded() -> dict[str, frozenset[str]]:
    """What the recording rules make: a percentile keeps what it is grouped by."""
    return {
        rule["record"]: frozenset(label for use in uses(rule["expr"]) for label in use.labels) - {"le"}
        for rule in RECORDED
    }
