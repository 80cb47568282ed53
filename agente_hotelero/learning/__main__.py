"""`python -m agente_hotelero.learning`: makes the models anew where phrases or code have changed."""

import os
import sys
import time
from collections.abc import Callable
from pathlib import Path

# Before numpy is imported: on matrices as small as ours more threads only wait for each other.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

from agente_hotelero.learning import making, model_file, sentences


def main() -> None:
    """Make what is not current, and say how long that took."""
    anew = "--force" in sys.argv[1:]
    if anew or not model_file.is_current():
        _make(making.make, model_file.MODEL)
    if sentences.installed() and (anew or not model_file.is_semantic_current()):
        _make(making.make_semantic, model_file.SEMANTIC)


def _make(make: Callable[[Path], None], to: Path) -> None:
    begun = time.process_time()
    make(to)
    sys.stdout.write(f"{to.name}: {to.stat().st_size / 1e6:.1f} MB in {time.process_time() - begun:.1f} s of a core\n")


if __name__ == "__main__":
    main()
