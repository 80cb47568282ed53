"""Strangers' recordings become samples: by the decoder that their first bytes ask for, and no longer than they may be."""

import io
from collections.abc import Iterator
from typing import Any, Final

import av
import numpy as np

from agente_hotelero.errors import AgenteError

RATE: Final = 16_000
# FFmpeg is told what it is to read: left to guess, it takes a text for a playlist and opens what that names.
BEGINNINGS: Final = (
    (0, b"OggS", "ogg"),
    (4, b"ftyp", "mov,mp4,m4a,3gp,3g2,mj2"),
    (0, b"#!AMR", "amr"),
    (0, b"ID3", "mp3"),
    (0, b"\xff\xfb", "mp3"),
    (0, b"\xff\xf3", "mp3"),
    (0, b"\xff\xf2", "mp3"),
    (0, b"\xff\xf1", "aac"),
    (0, b"\xff\xf9", "aac"),
    (0, b"RIFF", "wav"),
    (0, b"fLaC", "flac"),
    (0, b"\x1aE\xdf\xa3", "matroska,webm"),
)
"""Where in a file which bytes stand, and FFmpeg's name for what it is: WhatsApp's formats, and what mail brings."""


class NoSoundError(AgenteError):
    """It can't be decoded."""


class TooLongError(AgenteError):
    """It goes on beyond the limit."""


def decode(recording: bytes, *, most_seconds: float) -> Any:
    """Samples of one voice at 16 kHz, as float32 from -1 to 1; raises NoSoundError and TooLongError."""
    kind = next((name for at, begins, name in BEGINNINGS if recording[at : at + len(begins)] == begins), None)
    if kind is None:
        raise NoSoundError("it is in no format that guests send")
    pieces, samples = [], 0
    try:
        for piece in _pieces(recording, kind):
            pieces.append(piece)
            samples += piece.size
            if samples > most_seconds * RATE:
                raise TooLongError("it is longer than it may be")
    except (av.FFmpegError, ValueError, IndexError) as error:
        # Half a recording might lack the «not».
        raise NoSoundError(f"it can't be decoded: {type(error).__name__}") from None
    if not samples:
        raise NoSoundError("it is empty")
    return np.concatenate(pieces).astype(np.float32) / 32768.0


def _pieces(recording: bytes, kind: str) -> Iterator[Any]:
    resampler = av.AudioResampler(format="s16", layout="mono", rate=RATE)
    with av.open(io.BytesIO(recording), mode="r", format=kind, metadata_errors="ignore") as container:
        for frame in container.decode(audio=0):
            frame.pts = None
            for resampled in resampler.resample(frame):
                yield resampled.to_ndarray().reshape(-1)
        for resampled in resampler.resample(None):
            yield resampled.to_ndarray().reshape(-1)
