"""What some tests need of a machine that others lack."""

import pytest

from tests.support import voices

a_voice = pytest.mark.skipif(voices.missing() is not None, reason=voices.missing() or "")
