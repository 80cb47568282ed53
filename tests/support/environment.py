"""What a process that a test starts inherits."""

import os


def inherited(*besides: str) -> dict[str, str]:
    """Our environment, without settings of whoever runs the tests, and without names that begin with one of `besides`."""
    return {name: value for name, value in os.environ.items() if not name.upper().startswith(("AGENTE_", *besides))}
