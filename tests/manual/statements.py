"""The owner's manual as a table: statement → what shows it → result. A number without a row, or a row without a number, fails."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final


class Result(StrEnum):
    """How a statement stands."""

    TYPED = "typed"
    """Its command is in the manual, and answers what is written below it."""
    TESTED = "tested"
    """The tests named hold it."""
    ELSEWHERE = "not runnable here"
    WAITING = "waiting for what builds it"


@dataclass(frozen=True, kw_only=True)
class Statement:
    """One row; `by` names tests as file::function, or says why there is none."""

    result: Result
    by: tuple[str, ...]


def tested(*by: str) -> Statement:
    return Statement(result=Result.TESTED, by=by)


def typed(*by: str) -> Statement:
    """The command in the manual, and tests that go further."""
    return Statement(result=Result.TYPED, by=by)


def waiting(what: str) -> Statement:
    return Statement(result=Result.WAITING, by=(what,))


def elsewhere(why: str, *by: str) -> Statement:
    return Statement(result=Result.ELSEWHERE, by=(why, *by))


SERVICE: Final = "tests/e2e/test_service.py"
OUTAGES: Final = "tests/e2e/test_outages.py"
OPERATIONS: Final = "tests/unit/http/test_operations.py"
COMMANDS: Final = "tests/e2e/test_command_line.py"
RUNBOOKS: Final = "tests/deploy/test_runbooks.py::test_a_runbooks_commands_answer_what_it_says_while_its_fault_lasts"
RELOAD: Final = "tests/e2e/test_reload.py"
DRILL: Final = "tests/e2e/test_restore_drill.py"
FLY: Final = "tests/deploy/test_deployment.py"
COMPOSE: Final = "tests/deploy/test_compose.py"
IMAGE: Final = "tests/deploy/test_image.py"
TRACES: Final = "tests/e2e/test_traces.py"
GATE: Final = "tests/deploy/test_gate.py"
REPOSITORY: Final = "tests/unit/test_repository.py"

STATEMENTS: Final = {
    "1.1": tested("tests/e2e/test_demo.py::*"),
    "1.2": waiting("the Gmail channel"),
    "1.3": tested("tests/contract/test_pms_client.py::*", "tests/e2e/test_demo.py::*"),
    "1.4": typed(
        "tests/e2e/test_qloapps.py::*",
        "tests/contract/test_pms_client.py::*",
        "tests/unit/pms/qloapps/test_checkup.py::*",
        "tests/unit/pms/qloapps/test_documentation.py::*",
    ),
    "1.5": tested(f"{FLY}::*"),
    "1.6": tested(f"{COMPOSE}::*"),
    "1.7": tested(f"{COMMANDS}::test_production_refuses_to_start_without_servers"),
    "2.1": typed(f"{OPERATIONS}::test_live_touches_nothing"),
    "2.2": typed(f"{OPERATIONS}::test_not_ready_is_503_and_says_what_is_missing"),
    "2.3": tested("tests/unit/config/test_settings.py::*", f"{OUTAGES}::test_valkey_away_changes_nothing_for_guests"),
    "2.4": typed(f"{OPERATIONS}::test_ready_is_200_with_its_checks_and_no_details_for_strangers"),
    "3.1": tested("tests/unit/telemetry/test_logs.py::*", "tests/e2e/test_redaction.py::*"),
    "3.2": typed("tests/unit/telemetry/test_metrics.py::*"),
    "3.3": tested("tests/deploy/test_rules.py::test_the_percentiles_that_the_manual_names_are_recorded"),
    "3.4": typed(RUNBOOKS),
    "3.5": tested(f"{OPERATIONS}::test_the_sixty_first_question_of_a_minute_is_429"),
    "3.6": typed(),
    "3.7": typed(
        f"{GATE}::test_a_fault_is_caught_by_its_step_and_named",
        f"{GATE}::test_what_is_clean_is_done_and_opens_the_gate",
        f"{GATE}::test_a_tool_that_is_missing_is_not_done_and_shuts_the_gate",
        f"{GATE}::test_what_is_missing_may_be_accepted_by_its_name_and_only_by_it",
    ),
    "3.8": typed(f"{COMMANDS}::test_check_names_line_and_field_of_every_mistake"),
    "3.9": typed(f"{RELOAD}::*"),
    "3.10": tested(
        f"{TRACES}::test_a_message_is_one_trace_from_webhook_to_send",
        f"{TRACES}::test_what_a_restarted_process_does_is_in_the_trace_of_the_webhook",
        "tests/unit/telemetry/test_tracing.py::test_a_share_of_the_traces_is_recorded",
        f"{COMPOSE}::*",
    ),
    "3.11": tested(f"{TRACES}::test_a_line_of_the_log_names_the_trace_of_its_message"),
    "3.12": typed(
        f"{TRACES}::test_a_collector_that_hangs_holds_nobody_up_and_is_found_again",
        "tests/unit/telemetry/test_tracing.py::*",
    ),
    "4.1": tested(RUNBOOKS, f"{OUTAGES}::test_a_hanging_pms_is_told_to_who_needs_it_and_slows_nobody_else"),
    "4.2": tested(RUNBOOKS, f"{OUTAGES}::test_valkey_away_changes_nothing_for_guests"),
    "4.3": tested(RUNBOOKS),
    "4.4": tested(RUNBOOKS, f"{OUTAGES}::test_postgres_away_refuses_webhooks_loses_nothing_and_work_resumes"),
    "4.5": tested(RUNBOOKS, f"{OUTAGES}::test_replies_arrive_once_graph_is_back"),
    "4.6": typed(
        "tests/e2e/test_admin.py::test_a_person_answers_and_the_guest_hears_it_once",
        "tests/e2e/test_handoffs.py::*",
        RUNBOOKS,
    ),
    "4.7": tested("tests/e2e/test_admin.py::test_what_was_given_up_gets_its_second_try"),
    "4.8": tested("tests/e2e/test_desk_page.py::*"),
    "5.1": typed(
        "tests/integration/storage/test_backup.py::*",
        f"{DRILL}::test_the_scripts_are_the_same_commands_and_restore_nothing_under_a_running_service",
    ),
    "5.2": tested("tests/deploy/test_rules.py::test_alerts_sound_with_their_fault_and_not_without", f"{DRILL}::*"),
    "5.3": elsewhere(
        "cron, systemd and Fly are the platform's",
        f"{DRILL}::test_the_scripts_are_the_same_commands_and_restore_nothing_under_a_running_service",
    ),
    "5.4": typed("tests/integration/storage/test_restore.py::*", f"{DRILL}::*", RUNBOOKS),
    "6.1": elsewhere("no account at Fly", f"{FLY}::*"),
    "6.2": tested(f"{IMAGE}::*"),
    "6.3": typed(f"{COMMANDS}::test_a_start_in_production_leaves_migrations_to_the_release"),
    "6.4": tested("tests/chaos/test_leaving.py::*", "tests/chaos/test_two_processes.py::*"),
    "7.1": elsewhere("no account at Fly", f"{FLY}::*"),
    "7.2": tested(
        f"{REPOSITORY}::test_no_secret_file_can_be_committed",
        f"{COMMANDS}::test_a_file_of_settings_is_read_at_a_desk_and_not_in_production",
    ),
    "7.3": typed(f"{COMMANDS}::test_production_refuses_to_start_without_the_secrets_of_its_accounts"),
    "7.4": tested(
        f"{REPOSITORY}::test_every_dependency_is_pinned_with_hashes_and_comes_from_wherever_pip_is_told",
        "tests/deploy/test_workflows.py::*",
        "tests/deploy/test_gate_scans.py::*",
    ),
    "7.5": tested("tests/e2e/test_rotation.py::*", RUNBOOKS),
    "7.6": typed("tests/unit/http/test_headers.py::*"),
    "7.7": tested("tests/unit/http/test_connections.py::*", "tests/unit/http/test_public_limits.py::*"),
    "7.8": tested(
        "tests/unit/http/test_public_limits.py::test_neither_metrics_nor_details_are_shown_to_strangers_on_the_public_port",
        "tests/e2e/test_redaction.py::*",
    ),
    "7.9": tested("tests/unit/test_security.py::*"),
    "7.10": typed("tests/unit/http/test_admin.py::*", "tests/e2e/test_admin.py::*"),
    "8.1": tested(f"{REPOSITORY}::*"),
    "8.2": tested(f"{REPOSITORY}::*"),
    "8.3": typed(f"{COMMANDS}::test_flags_are_off_by_default", "tests/unit/actors/test_feature_flags.py::*"),
    "8.4": typed(f"{SERVICE}::test_a_raw_hset_turns_numbered_text_into_buttons_with_the_rooms_picture"),
    "8.5": tested(f"{COMMANDS}::test_flags_are_set_from_the_command_line_and_by_a_raw_hset_alike"),
    "8.6": typed(),
    "8.7": typed(
        f"{OPERATIONS}::test_flags_come_in_both_forms",
        f"{OPERATIONS}::test_the_sixty_first_question_of_a_minute_is_429",
    ),
    "8.8": tested("tests/unit/model/test_phones.py::*"),
    "8.9": tested(f"{SERVICE}::test_the_echo_tells_what_the_guest_was_sent"),
    "8.10": tested(f"{SERVICE}::test_a_paused_agent_hands_every_message_over_and_says_so_once"),
    "8.11": tested("tests/e2e/test_admin.py::test_a_flag_is_switched_at_once_and_the_audit_says_by_whom"),
    "8.12": typed("tests/e2e/test_api_schema.py::*"),
    "9.1": tested("tests/manual/test_manual.py::test_a_link_of_the_manual_leads_somewhere"),
    "9.2": tested("tests/deploy/test_rules.py::*", "tests/deploy/test_alerting.py::*"),
}
