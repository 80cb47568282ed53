"""Whisper, by faster-whisper: https://github.com/SYSTRAN/faster-whisper. Runs in a worker process, never in ours."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

import numpy as np
from faster_whisper import WhisperModel
from faster_whisper.vad import VadOptions, get_speech_timestamps

from agente_hotelero.model.speech import Hearing, Unheard
from agente_hotelero.speech import sounds
from agente_hotelero.speech.frames import Question
from agente_hotelero.speech.judging import SHORTEST_SECONDS, Piece, judge, likeliest

WINDOW_SECONDS: Final = 30
"""What Whisper takes in at once."""
PAUSE: Final = VadOptions(min_silence_duration_ms=1000, speech_pad_ms=300)
TRIES: Final = 2
"""Languages in which the same is listened to."""


class Whisper:
    """One model, loaded."""

    def __init__(self, model: Path, *, threads: int) -> None:
        self._model = _OneWindow(
            str(model), device="cpu", compute_type="int8", cpu_threads=threads, local_files_only=True
        )

    def hear(self, recording: bytes, question: Question) -> Hearing:
        """Listen to one recording."""
        try:
            samples = sounds.decode(recording, most_seconds=question.most_seconds)
        except sounds.NoSoundError:
            return Unheard.NO_SOUND
        except sounds.TooLongError:
            return Unheard.TOO_LONG
        stretches = get_speech_timestamps(samples, PAUSE)
        if sum(one["end"] - one["start"] for one in stretches) < SHORTEST_SECONDS * sounds.RATE:
            return Unheard.NO_SPEECH
        return self._hear(np.concatenate([samples[one["start"] : one["end"]] for one in stretches]), question)

    def _hear(self, speech: Any, question: Question) -> Hearing:
        seconds = len(speech) / sounds.RATE
        self._model.begin(one_window=seconds <= WINDOW_SECONDS)
        _, _, probabilities = self._model.detect_language(audio=speech)
        order = likeliest(dict(probabilities), question.languages, question.hint)
        heard: Hearing = Unheard.UNCLEAR
        for language in order[:TRIES]:
            pieces = self._pieces(speech, language, timed=seconds > WINDOW_SECONDS)
            heard = judge(pieces, language=language, spoken_seconds=seconds, threshold=question.threshold)
            if heard is not Unheard.UNCLEAR:
                break
        return heard

    def _pieces(self, speech: Any, language: str, *, timed: bool) -> Sequence[Piece]:
        segments, _ = self._model.transcribe(
            speech,
            language=language,
            # What it isn't sure of it is not to try again with dice.
            temperature=0.0,
            condition_on_previous_text=False,
            without_timestamps=not timed,
            # Left to itself it leaves pieces out; we judge all that there is.
            no_speech_threshold=None,
            log_prob_threshold=None,
            compression_ratio_threshold=None,
        )
        return [
            Piece(
                text=one.text,
                log_probability=one.avg_logprob,
                no_speech=one.no_speech_prob,
                compression=one.compression_ratio,
            )
            for one in segments
        ]


class _OneWindow(WhisperModel):  # type: ignore[misc]  # it ships no types
    """Takes in a short recording once, however often it is asked about it: that is most of the work."""

    _keeps = False
    _kept: Any = None

    def begin(self, *, one_window: bool) -> None:
        """Another recording; of one that fits into a window the first pass is kept."""
        self._keeps, self._kept = one_window, None

    def encode(self, features: Any) -> Any:
        """As in faster-whisper."""
        if not self._keeps:
            return super().encode(features)
        if self._kept is None:
            self._kept = super().encode(features)
        return self._kept
