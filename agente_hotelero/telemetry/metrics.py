"""Every metric that the service has, in one registry of its own."""

from functools import lru_cache
from typing import Final, TypeVar

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram

FAST: Final = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0)
SLOW: Final = (0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 60.0)


M = TypeVar("M", Counter, Gauge, Histogram)


@lru_cache(maxsize=4096)
def child(metric: M, *labels: str) -> M:
    """Give a metric's child by its labels in order: looking it up costs prometheus-client ten times what counting costs."""
    return metric.labels(*labels)


class Metrics:
    """One attribute per metric, named as the metric is. Labels never hold anything of a guest."""

    def __init__(self) -> None:  # noqa: PLR0915 - a statement a metric
        registry = self.registry = CollectorRegistry()

        def counter(name: str, what: str, *labels: str) -> Counter:
            return Counter(name, what, labels, registry=registry)

        def gauge(name: str, what: str, *labels: str) -> Gauge:
            return Gauge(name, what, labels, registry=registry)

        def histogram(name: str, what: str, *labels: str, buckets: tuple[float, ...] = FAST) -> Histogram:
            return Histogram(name, what, labels, buckets=buckets, registry=registry)

        self.http_requests_total = counter("http_requests_total", "Requests answered.", "route", "method", "status")
        self.http_request_seconds = histogram("http_request_seconds", "Time to answer a request.", "route")
        self.inbound_messages_total = counter("inbound_messages_total", "Events received.", "channel", "kind")
        self.account_news_total = counter(
            "account_news_total", "What a channel told of accounts, numbers and templates.", "channel", "kind"
        )
        self.media_total = counter("media_total", "Tries to fetch what guests sent, by outcome.", "channel", "outcome")
        self.media_due_seconds = gauge(
            "media_due_seconds", "Age of the oldest file that a guest sent and that is not here."
        )
        self.guest_names_in_conflict_total = counter(
            "guest_names_in_conflict_total", "Events whose names belong to several guests."
        )
        self.guests_merged_total = counter(
            "guests_merged_total", "Guests who turned out to be another, by proof, and go on as one."
        )
        self.webhook_ack_seconds = histogram("webhook_ack_seconds", "Signed webhook to durable 200.")
        self.mail_pushes_total = counter("mail_pushes_total", "Gmail's pushes by what became of them.", "outcome")
        self.mailbox_read_timestamp_seconds = gauge(
            "mailbox_read_timestamp_seconds", "When a mailbox was last read, in Unix time.", "hotel", "account"
        )
        self.mailbox_failures_total = counter(
            "mailbox_failures_total",
            "Times a mailbox could not be read, by why: refused, away, storage, failed.",
            "hotel",
            "account",
            "kind",
        )
        self.inbox_lag_seconds = gauge("inbox_lag_seconds", "Age of the oldest event without a turn.")
        self.turn_seconds = histogram("turn_seconds", "Events in hand to committed turn.", "channel", "outcome")
        self.turns_total = counter("turns_total", "Turns by outcome.", "outcome")
        self.intents_total = counter("intents_total", "Intents read.", "intent", "language")
        self.llm_requests_total = counter(
            "llm_requests_total", "Messages worth a second opinion, by what became of it.", "outcome"
        )
        self.llm_tokens_total = counter("llm_tokens_total", "Tokens that a language model took.", "hotel")
        self.llm_seconds = histogram("llm_seconds", "Questions to a language model, retries included.")
        self.transcriptions_total = counter("transcriptions_total", "Recordings listened to, by outcome.", "outcome")
        self.transcription_seconds = histogram(
            "transcription_seconds", "Until a recording was heard, or known not to be.", buckets=SLOW
        )
        self.proactive_total = counter(
            "proactive_total",
            "What is said to guests because of their stay, by what became of it.",
            "purpose",
            "outcome",
        )
        self.outbox_pending = gauge("outbox_pending", "Messages to guests in a sender's hands.")
        self.outbox_deferred = gauge(
            "outbox_deferred",
            "Of those, messages that their guests' own side does not take now, and what is behind them.",
        )
        self.send_seconds = histogram("send_seconds", "POST at the channel to its acceptance.")
        self.sends_total = counter("sends_total", "Attempts to send, by outcome.", "channel", "outcome")
        self.channel_stopped = gauge(
            "channel_stopped", "1 while the channel refuses our token or our account.", "channel", "hotel", "account"
        )
        self.pms_request_seconds = histogram(
            "pms_request_seconds", "Calls of the PMS.", "hotel", "operation", buckets=SLOW
        )
        self.pms_requests_total = counter(
            "pms_requests_total", "Calls of the PMS by outcome.", "hotel", "operation", "outcome"
        )
        self.pms_breaker_state = gauge(
            "pms_breaker_state", "0 closed, 1 half open, 2 open.", "hotel", "operation_class"
        )
        self.pms_answers_total = counter(
            "pms_answers_total", "Answers by where they came from: fresh, shared, asked, stale.", "hotel", "source"
        )
        self.pms_retries_total = counter("pms_retries_total", "Reads that were asked once more.", "hotel")
        self.pms_limit = gauge("pms_limit", "Calls of the PMS that may be under way.", "hotel")
        self.pms_under_way = gauge("pms_under_way", "Calls of the PMS that are under way.", "hotel")
        self.pms_questions_waiting = gauge("pms_questions_waiting", "Guests who wait for the PMS to be back.")
        self.rate_limited_total = counter("rate_limited_total", "Refused or delayed by a limit.", "where")
        self.actors_alive = gauge("actors_alive", "Living actors.", "kind")
        self.actor_restarts_total = counter("actor_restarts_total", "Actors started again.", "kind")
        self.mailbox_depth = gauge("mailbox_depth", "Messages that wait.", "kind")
        self.dead_letters_total = counter("dead_letters_total", "Events that no turn could handle.")
        self.handoffs_total = counter("handoffs_total", "Guests handed to a person.", "reason")
        self.profile_gaps_total = counter(
            "profile_gaps_total", "Questions that the hotel's profile does not answer.", "hotel", "topic"
        )
        self.handoffs_open = gauge("handoffs_open", "Hand-offs that no person has closed.")
        self.reservations_total = counter("reservations_total", "Reservation writes by outcome.", "outcome")
        self.hotels_reloads_total = counter("hotels_reloads_total", "Times the hotels file was re-read.", "outcome")
        self.feature_flag_enabled = gauge("feature_flag_enabled", "1 where a flag is on.", "flag")
        self.dependency_up = gauge("dependency_up", "1 while a dependency answers.", "name")
        self.readiness = gauge("readiness", "1 while traffic may come.")
        self.backup_age_seconds = gauge(
            "backup_age_seconds", "Age of the newest copy of the database, or of the database where there is none."
        )
        self.loop_lag_seconds = gauge("loop_lag_seconds", "How late the event loop runs.")
        self.spans_dropped_total = counter("spans_dropped_total", "Spans and traces that no collector took.")
