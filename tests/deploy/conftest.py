"""No setting of whoever runs the tests decides what a deployment's files say."""

import os

import pytest


@pytest.fixture
def bare(monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    """An environment without settings, to put some into."""
    for name in os.environ:
        if name.upper().startswith("AGENTE_"):
            monkeypatch.delenv(name)
    return monkeypatch
