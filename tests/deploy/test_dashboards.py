"""Grafana's dashboards: what is checked in is what the generator makes, and every panel reads what the service emits."""

import importlib.util
import json
import re
from typing import Any, Final

import pytest
import yaml

from agente_hotelero.telemetry.metrics import Metrics
from tests.support.promql import uses
from tests.support.series import PARTS, RECORDED, emitted, recorded
from tests.support.watching import DEPLOY

GRAFANA: Final = DEPLOY / "grafana"
FILES: Final = sorted((GRAFANA / "dashboards").glob("*.json"))
PANELS: Final = [(path.stem, panel) for path in FILES for panel in json.loads(path.read_text("utf-8"))["panels"]]


def generator() -> Any:
    spec = importlib.util.spec_from_file_location("generate", GRAFANA / "generate.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_what_is_checked_in_is_what_the_generator_makes() -> None:
    made = generator()
    assert {path.stem: path.read_text("utf-8") for path in FILES} == {
        page.name: made.rendered(page) for page in made.PAGES
    }


def test_there_is_a_dashboard_for_each_who_asks() -> None:
    assert {path.stem for path in FILES} == {"overview", "channels", "pms", "actors", "business"}


@pytest.mark.parametrize(("page", "panel"), PANELS, ids=[f"{page}: {panel['title']}" for page, panel in PANELS])
def test_a_panel_reads_only_what_is_emitted_and_names_only_labels_that_it_keeps(page: str, panel: Any) -> None:
    known = {**emitted(), **recorded()}
    assert panel["targets"], page
    for target in panel["targets"]:
        for use in uses(target["expr"]):
            assert use.labels <= known[use.name], use
            assert set(re.findall(r"{{(\w+)}}", target["legendFormat"])) <= (use.labels or known[use.name])


def test_every_metric_of_the_service_stands_in_some_panel() -> None:
    expressions = [target["expr"] for _, panel in PANELS for target in panel["targets"]]
    shown = {use.name for expression in expressions for use in uses(expression)}
    shown |= {use.name for rule in RECORDED if rule["record"] in shown for use in uses(rule["expr"])}
    metrics = [metric for metric in vars(Metrics()).values() if hasattr(metric, "_labelnames")]
    assert [one._name for one in metrics if not shown & {one._name + part for part in PARTS[one._type]}] == []


def test_grafana_finds_them_where_compose_puts_them() -> None:
    compose = yaml.safe_load((DEPLOY.parent / "docker-compose.yml").read_text("utf-8"))
    mounts = dict(volume.split(":")[:2] for volume in compose["services"]["grafana"]["volumes"])
    provider = yaml.safe_load((GRAFANA / "provisioning" / "dashboards" / "agente.yml").read_text("utf-8"))["providers"][
        0
    ]
    assert mounts["./deploy/grafana/dashboards"] == provider["options"]["path"]
    sources = yaml.safe_load((GRAFANA / "provisioning" / "datasources" / "prometheus.yml").read_text("utf-8"))
    assert {panel["datasource"]["uid"] for _, panel in PANELS} <= {source["uid"] for source in sources["datasources"]}
