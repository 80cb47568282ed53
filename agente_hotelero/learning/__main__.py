"""`python -m agente_hotelero.learning`: makes the models anew where phrases or code have changed."""

import os
import sys
import time

# Before numpy is imported: on matrices as small as ours more threads only wait for each other.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

from agente_hotelero.learning import making


def main() -> None:
    """Make what is not current, and say how long that took."""
    for make, to in making.missing(anew="--force" in sys.argv[1:]):
        begun, of_cores = time.perf_counter(), time.process_time()
        make(to)
        spent, of_cores = time.perf_counter() - begun, time.process_time() - of_cores
        size = to.stat().st_size / 1e6
        sys.stdout.write(f"{to.name}: {size:.1f} MB in {spent:.1f} s, {of_cores:.1f} s of a core\n")


if __name__ == "__main__":
    main()
