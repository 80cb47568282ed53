"""Writes the dashboards beside it: `python deploy/grafana/generate.py`. A test holds the files to what this makes.

Panels read only what the service emits or the rules record; titles are for those on duty, in Spanish.
"""

import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Literal

from grafana_foundation_sdk.builders import dashboard, prometheus, stat, timeseries
from grafana_foundation_sdk.cog.encoder import JSONEncoder
from grafana_foundation_sdk.models.dashboard import DataSourceRef

HERE: Final = Path(__file__).parent / "dashboards"
SOURCE: Final = DataSourceRef(type_val="prometheus", uid="prometheus")
WIDE: Final = 12
NARROW: Final = 6
HEIGHT: Final = 8
SEARCHES: Final = 'sum(increase(pms_requests_total{operation="find_offers",outcome="ok"}[1d]))'
CONFIRMED: Final = 'sum(increase(reservations_total{outcome="confirmed"}[1d]))'


@dataclass(frozen=True, kw_only=True)
class Panel:
    """One panel: a title, a unit of Grafana's, and expressions with their legends."""

    title: str
    queries: Sequence[tuple[str, str]]
    unit: str = "short"
    kind: Literal["lines", "number"] = "lines"


@dataclass(frozen=True, kw_only=True)
class Page:
    """One dashboard, by the name of its file."""

    name: str
    title: str
    panels: Sequence[Panel]


PAGES: Final = (
    Page(
        name="overview",
        title="Agente Hotelero · Resumen",
        panels=(
            Panel(title="Listo", queries=[("min(readiness)", "listo")], kind="number"),
            Panel(
                title="Dependencias que responden",
                queries=[("min by (name) (dependency_up)", "{{name}}")],
                kind="number",
            ),
            Panel(
                title="Sin atender, el más antiguo", unit="s", queries=[("max(inbox_lag_seconds)", "")], kind="number"
            ),
            Panel(title="Edad de la última copia", unit="s", queries=[("max(backup_age_seconds)", "")], kind="number"),
            Panel(
                title="Respuestas 5xx",
                unit="percentunit",
                queries=[("agente:http_5xx:ratio_rate5m", "de todas las respuestas")],
            ),
            Panel(
                title="Turnos que fallan",
                unit="percentunit",
                queries=[("agente:turns_failed:ratio_rate5m", "5 min"), ("agente:turns_failed:ratio_rate1h", "1 h")],
            ),
            Panel(
                title="Confirmar un webhook",
                unit="s",
                queries=[("agente:webhook_ack_seconds:p95", "P95"), ("agente:webhook_ack_seconds:p99", "P99")],
            ),
            Panel(
                title="Un turno",
                unit="s",
                queries=[
                    ("agente:turn_seconds:p95", "P95 {{channel}}"),
                    ("agente:turn_seconds:p99", "P99 {{channel}}"),
                ],
            ),
            Panel(
                title="Turnos por segundo",
                unit="ops",
                queries=[("sum by (outcome) (rate(turns_total[5m]))", "{{outcome}}")],
            ),
            Panel(
                title="Pedidos por ruta",
                unit="reqps",
                queries=[("sum by (route, status) (rate(http_requests_total[5m]))", "{{route}} {{status}}")],
            ),
            Panel(
                title="Tiempo de los pedidos, P95 por ruta",
                unit="s",
                queries=[
                    (
                        "histogram_quantile(0.95, sum by (route, le) (rate(http_request_seconds_bucket[5m])))",
                        "{{route}}",
                    )
                ],
            ),
            Panel(
                title="Interruptores encendidos",
                queries=[("max by (flag) (feature_flag_enabled)", "{{flag}}")],
                kind="number",
            ),
            Panel(
                title="Lecturas del archivo de hoteles en un día",
                queries=[
                    ("sum by (instance, outcome) (increase(hotels_reloads_total[1d]))", "{{instance}} {{outcome}}")
                ],
            ),
            Panel(
                title="Trazas que nadie recogió",
                unit="ops",
                queries=[("sum by (instance) (rate(spans_dropped_total[5m]))", "{{instance}}")],
            ),
        ),
    ),
    Page(
        name="channels",
        title="Agente Hotelero · Canales",
        panels=(
            Panel(
                title="Lo que llega",
                unit="ops",
                queries=[("sum by (channel, kind) (rate(inbound_messages_total[5m]))", "{{channel}} {{kind}}")],
            ),
            Panel(
                title="Lo que sale, por resultado",
                unit="ops",
                queries=[("sum by (channel, outcome) (rate(sends_total[5m]))", "{{channel}} {{outcome}}")],
            ),
            Panel(
                title="Enviar",
                unit="s",
                queries=[("agente:send_seconds:p95", "P95"), ("agente:send_seconds:p99", "P99")],
            ),
            Panel(
                title="Cuentas que el canal no acepta",
                queries=[("max by (channel, hotel, account) (channel_stopped)", "{{channel}} {{hotel}} {{account}}")],
            ),
            Panel(
                title="Buzones: desde cuándo no se leen",
                unit="s",
                queries=[
                    (
                        "time() - max by (hotel, account) (mailbox_read_timestamp_seconds)",
                        "{{hotel}} {{account}}",
                    )
                ],
            ),
            Panel(
                title="Buzones: por qué no se leen, en 10 minutos",
                queries=[
                    (
                        "sum by (hotel, account, kind) (increase(mailbox_failures_total[10m]))",
                        "{{hotel}} {{account}} {{kind}}",
                    )
                ],
            ),
            Panel(
                title="Esperan para salir",
                queries=[
                    ("sum(outbox_pending)", "mensajes"),
                    ("sum(outbox_deferred)", "de ellos, por el lado del huésped"),
                ],
            ),
            Panel(
                title="Archivos de huéspedes, por resultado",
                unit="ops",
                queries=[("sum by (channel, outcome) (rate(media_total[5m]))", "{{channel}} {{outcome}}")],
            ),
            Panel(
                title="Archivo sin bajar, el más antiguo", unit="s", queries=[("max(media_due_seconds)", "segundos")]
            ),
            Panel(
                title="Límites que actúan",
                unit="ops",
                queries=[("sum by (where) (rate(rate_limited_total[5m]))", "{{where}}")],
            ),
            Panel(title="Sin atender, el más antiguo", unit="s", queries=[("max(inbox_lag_seconds)", "segundos")]),
            Panel(
                title="Avisos de Gmail, por resultado",
                unit="ops",
                queries=[("sum by (outcome) (rate(mail_pushes_total[5m]))", "{{outcome}}")],
            ),
            Panel(
                title="Noticias de cuentas, números y plantillas en un día",
                queries=[("sum by (channel, kind) (increase(account_news_total[1d]))", "{{channel}} {{kind}}")],
            ),
            Panel(
                title="Nombres que llevan a varios huéspedes, en un día",
                queries=[("sum(increase(guest_names_in_conflict_total[1d]))", "mensajes")],
            ),
        ),
    ),
    Page(
        name="pms",
        title="Agente Hotelero · PMS",
        panels=(
            Panel(
                title="Circuito (0 cerrado, 1 a prueba, 2 abierto)",
                queries=[("max by (hotel, operation_class) (pms_breaker_state)", "{{hotel}} {{operation_class}}")],
            ),
            Panel(
                title="Llamadas, por resultado",
                unit="ops",
                queries=[
                    (
                        "sum by (hotel, operation, outcome) (rate(pms_requests_total[5m]))",
                        "{{hotel}} {{operation}} {{outcome}}",
                    )
                ],
            ),
            Panel(
                title="Tiempo de las llamadas, P95",
                unit="s",
                queries=[("agente:pms_request_seconds:p95", "{{hotel}} {{operation}}")],
            ),
            Panel(
                title="Tiempo de las llamadas, P99",
                unit="s",
                queries=[("agente:pms_request_seconds:p99", "{{hotel}} {{operation}}")],
            ),
            Panel(
                title="Respuestas: recién pedidas, compartidas, de memoria, viejas",
                unit="ops",
                queries=[("sum by (hotel, source) (rate(pms_answers_total[5m]))", "{{hotel}} {{source}}")],
            ),
            Panel(
                title="Llamadas en curso, y las que pueden estarlo",
                queries=[
                    ("sum by (hotel) (pms_under_way)", "{{hotel}} en curso"),
                    ("sum by (hotel) (pms_limit)", "{{hotel}} límite"),
                ],
            ),
            Panel(
                title="Huéspedes que esperan al PMS",
                queries=[("max(pms_questions_waiting)", "preguntas")],
            ),
            Panel(
                title="Lecturas repetidas",
                unit="ops",
                queries=[("sum by (hotel) (rate(pms_retries_total[5m]))", "{{hotel}}")],
            ),
        ),
    ),
    Page(
        name="actors",
        title="Agente Hotelero · Actores",
        panels=(
            Panel(title="Vivos", queries=[("sum by (kind) (actors_alive)", "{{kind}}")]),
            Panel(title="Esperan en los buzones", queries=[("sum by (kind) (mailbox_depth)", "{{kind}}")]),
            Panel(
                title="Reinicios en 10 minutos",
                queries=[("sum by (kind) (increase(actor_restarts_total[10m]))", "{{kind}}")],
            ),
            Panel(
                title="Atraso del bucle", unit="s", queries=[("max by (instance) (loop_lag_seconds)", "{{instance}}")]
            ),
            Panel(
                title="Mensajes sin remedio en una hora",
                queries=[("sum(increase(dead_letters_total[1h]))", "mensajes")],
            ),
        ),
    ),
    Page(
        name="business",
        title="Agente Hotelero · Negocio",
        panels=(
            Panel(
                title="Consultas de precios al PMS en un día",
                queries=[
                    (
                        'sum by (hotel) (increase(pms_requests_total{operation="find_offers",outcome="ok"}[1d]))',
                        "{{hotel}}",
                    )
                ],
            ),
            Panel(
                title="Reservas en un día, por resultado",
                queries=[("sum by (outcome) (increase(reservations_total[1d]))", "{{outcome}}")],
            ),
            Panel(
                title="De cada consulta, cuántas reservas",
                unit="percentunit",
                queries=[(f"{CONFIRMED} / ({SEARCHES} > 0)", "confirmadas por consulta")],
            ),
            Panel(
                title="De qué hablan",
                unit="ops",
                queries=[("sum by (intent, language) (rate(intents_total[1h]))", "{{intent}} {{language}}")],
            ),
            Panel(
                title="Audios en un día, por resultado",
                queries=[("sum by (outcome) (increase(transcriptions_total[1d]))", "{{outcome}}")],
            ),
            Panel(
                title="Escuchar un audio",
                unit="s",
                queries=[
                    (
                        f"histogram_quantile({q}, sum by (le) (rate(transcription_seconds_bucket[1h])))",
                        f"P{100 * q:.0f}",
                    )
                    for q in (0.5, 0.95)
                ],
            ),
            Panel(
                title="Segundas opiniones en un día, por resultado",
                queries=[("sum by (outcome) (increase(llm_requests_total[1d]))", "{{outcome}}")],
            ),
            Panel(
                title="Tokens del modelo de lenguaje en un día",
                queries=[("sum by (hotel) (increase(llm_tokens_total[1d]))", "{{hotel}}")],
            ),
            Panel(
                title="Esperar una segunda opinión",
                unit="s",
                queries=[
                    (f"histogram_quantile({q}, sum by (le) (rate(llm_seconds_bucket[1h])))", f"P{100 * q:.0f}")
                    for q in (0.5, 0.95)
                ],
            ),
            Panel(
                title="Pasan a una persona en un día",
                queries=[("sum by (reason) (increase(handoffs_total[1d]))", "{{reason}}")],
            ),
            Panel(
                title="Avisos que nadie pidió en un día, por resultado",
                queries=[
                    ("sum by (purpose, outcome) (increase(proactive_total[1d]))", "{{purpose}} {{outcome}}"),
                ],
            ),
            Panel(
                title="Lo que preguntan y el perfil no dice, en 7 días",
                queries=[("sum by (hotel, topic) (increase(profile_gaps_total[7d]))", "{{hotel}} {{topic}}")],
            ),
            Panel(
                title="Huéspedes que resultaron ser uno, en un día",
                queries=[("sum(increase(guests_merged_total[1d]))", "huéspedes")],
            ),
            Panel(title="Esperan a una persona", queries=[("max(handoffs_open)", "huéspedes")]),
        ),
    ),
)


def rendered(page: Page) -> str:
    """A dashboard as the JSON that Grafana reads."""
    built = dashboard.Dashboard(page.title).uid(f"agente-{page.name}").tags(["agente-hotelero"]).readonly()
    built.refresh("30s").time("now-6h", "now").timezone("browser")
    for panel in page.panels:
        built.with_panel(_built(panel))
    return JSONEncoder(sort_keys=True, indent=2).encode(built.build()) + "\n"


def _built(panel: Panel) -> "stat.Panel | timeseries.Panel":
    made = stat.Panel().span(NARROW) if panel.kind == "number" else timeseries.Panel().span(WIDE)
    made.title(panel.title).unit(panel.unit).height(HEIGHT).datasource(SOURCE)
    for number, (expression, legend) in enumerate(panel.queries):
        query = prometheus.Dataquery().expr(expression).legend_format(legend).ref_id(chr(ord("A") + number))
        made.with_target(query)
    return made


def main() -> None:
    """Write every file."""
    HERE.mkdir(exist_ok=True)
    for page in PAGES:
        path = HERE / f"{page.name}.json"
        path.write_text(rendered(page), "utf-8")
        sys.stdout.write(f"{path}\n")


if __name__ == "__main__":
    main()
