import re
from typing import Final

from prometheus_client.exposition import generate_latest

from agente_hotelero.telemetry.metrics import Metrics

PROMISED: Final = """
http_requests_total{route,method,status} http_request_seconds{route} inbound_messages_total{channel,kind}
account_news_total{channel,kind} media_total{channel,outcome} media_due_seconds guest_names_in_conflict_total guests_merged_total proactive_total{purpose,outcome} webhook_ack_seconds inbox_lag_seconds turn_seconds{channel,outcome} turns_total{outcome}
intents_total{intent,language} llm_requests_total{outcome} llm_tokens_total{hotel} llm_seconds transcriptions_total{outcome} transcription_seconds outbox_pending outbox_deferred send_seconds sends_total{channel,outcome}
channel_stopped{channel,hotel,account} mailbox_read_timestamp_seconds{hotel,account} mailbox_failures_total{hotel,account,kind}
pms_request_seconds{hotel,operation} pms_requests_total{hotel,operation,outcome}
pms_breaker_state{hotel,operation_class} pms_answers_total{hotel,source} pms_retries_total{hotel} pms_limit{hotel}
pms_under_way{hotel} pms_questions_waiting rate_limited_total{where} actors_alive{kind} actor_restarts_total{kind}
mailbox_depth{kind} dead_letters_total handoffs_total{reason} profile_gaps_total{hotel,topic} handoffs_open backup_age_seconds reservations_total{outcome}
hotels_reloads_total{outcome} mail_pushes_total{outcome} feature_flag_enabled{flag} dependency_up{name} readiness loop_lag_seconds spans_dropped_total
"""
"""What dashboards and alerts are written against: a rename here is a change of an interface."""
GUESTS: Final = {"guest", "phone", "email", "sender", "recipient", "message", "text", "conversation", "wamid", "path"}


def promised() -> dict[str, tuple[str, ...]]:
    found = re.findall(r"(\w+)(?:\{([\w,]+)\})?", PROMISED)
    return {name: tuple(labels.split(",")) if labels else () for name, labels in found}


def offered(metrics: Metrics) -> dict[str, tuple[str, ...]]:
    """Every metric by the name that queries use, with its labels."""
    return {name: tuple(metric._labelnames) for name, metric in vars(metrics).items() if name != "registry"}


def test_every_promised_metric_is_there_with_its_labels_and_no_other() -> None:
    assert offered(Metrics()) == promised()


def test_every_metric_is_announced_before_anything_happened() -> None:
    page = generate_latest(Metrics().registry).decode()

    for name in promised():
        assert f"# HELP {name.removesuffix('_total')}" in page
        assert f"# TYPE {name}" in page or f"# TYPE {name.removesuffix('_total')} " in page


def test_no_label_can_hold_anything_of_a_guest() -> None:
    assert not {label for labels in offered(Metrics()).values() for label in labels} & GUESTS


def test_two_services_in_one_process_count_apart() -> None:
    first, second = Metrics(), Metrics()

    first.dead_letters_total.inc()

    assert first.registry.get_sample_value("dead_letters_total") == 1.0
    assert second.registry.get_sample_value("dead_letters_total") == 0.0
