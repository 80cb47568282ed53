"""The steps, in the order of the table: what is quick comes first."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from scripts.gate import database, deployment, scans, source
from scripts.gate.workbench import Workbench


@dataclass(frozen=True, slots=True)
class Step:
    """`look` answers in one line what it saw, or raises FailedError or MissingError."""

    name: str
    look: Callable[[Workbench], str]

    @property
    def what(self) -> str:
        """What it looks at, in a line."""
        return (self.look.__doc__ or "").strip()


STEPS: Final = (
    Step("lint", source.lint),
    Step("types", source.types),
    Step("import-contracts", source.import_contracts),
    Step("config", deployment.config),
    Step("alert-rules", deployment.alert_rules),
    Step("compose", deployment.compose),
    Step("fly", deployment.fly),
    Step("dockerfile", deployment.dockerfile),
    Step("workflows", scans.workflows),
    Step("secrets-scan", scans.secrets_scan),
    Step("pip-audit", scans.pip_audit),
    Step("dependency-scan", scans.dependency_scan),
    Step("image-build", deployment.image_build),
    Step("image-scan", scans.image_scan),
    Step("migrations-from-zero", database.migrations_from_zero),
    Step("migrations-from-previous", database.migrations_from_previous),
    Step("restore-drill", database.restore_drill),
    Step("tests", source.tests),
)
