"""What Prometheus is told to compute and to shout about: every expression reads what the service emits, every alert is proved."""

import re
import subprocess
from collections import defaultdict
from pathlib import Path
from typing import Any, Final

import pytest
import yaml

from tests.support.promql import uses
from tests.support.series import RECORDED, emitted, recorded, rules
from tests.support.watching import PROMETHEUS, needed

ROOT: Final = Path(__file__).parents[2]
CASES: Final = Path(__file__).parent / "promtool" / "alerts.yml"


ALERTS: Final = rules("alerts.yml")


@pytest.mark.parametrize("rule", [*RECORDED, *ALERTS], ids=lambda rule: rule.get("record") or rule["alert"])
def test_an_expression_reads_only_what_the_service_emits(rule: dict[str, Any]) -> None:
    known = {**emitted(), **recorded()}
    for use in uses(rule["expr"]):
        assert use.name in known
        assert use.labels <= known[use.name], use


@pytest.mark.parametrize("metric", ["webhook_ack", "turn", "pms_request", "send"])
@pytest.mark.parametrize("percentile", ["p95", "p99"])
def test_the_percentiles_that_the_manual_names_are_recorded(metric: str, percentile: str) -> None:
    assert f"agente:{metric}_seconds:{percentile}" in recorded()


@pytest.mark.parametrize("alert", ALERTS, ids=lambda alert: alert["alert"])
def test_an_alert_says_whom_it_wakes_what_guests_see_and_what_to_do(alert: dict[str, Any]) -> None:
    assert alert["labels"]["severity"] in {"page", "ticket"}
    assert alert["annotations"]["guests"]
    runbook = ROOT / alert["annotations"]["runbook"]
    # The runbook knows by which alerts it is reached.
    assert f"`{alert['alert']}`" in runbook.read_text("utf-8")


@pytest.mark.parametrize("alert", ALERTS, ids=lambda alert: alert["alert"])
def test_what_an_alert_prints_are_labels_that_it_has(alert: dict[str, Any]) -> None:
    known = {**emitted(), **recorded()}
    kept = frozenset().union(*(known[use.name] for use in uses(alert["expr"])))
    assert set(re.findall(r"\$labels\.(\w+)", alert["annotations"]["summary"])) <= kept


def test_every_alert_is_seen_to_sound_and_to_be_silent() -> None:
    sounds: dict[bool, set[str]] = defaultdict(set)
    for case in yaml.safe_load(CASES.read_text("utf-8"))["tests"]:
        for expected in case["alert_rule_test"]:
            sounds["exp_alerts" in expected].add(expected["alertname"])
    assert sounds[True] == sounds[False] == {alert["alert"] for alert in ALERTS}


def test_alerts_sound_with_their_fault_and_not_without() -> None:
    done = subprocess.run([needed("promtool"), "test", "rules", CASES], check=False, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr


def test_prometheus_takes_its_configuration() -> None:
    done = subprocess.run(
        [needed("promtool"), "check", "config", PROMETHEUS / "prometheus.yml"],
        check=False,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stdout + done.stderr
