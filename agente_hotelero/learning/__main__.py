"""`python -m agente_hotelero.learning`: makes the model anew where phrases or code have changed."""

import sys
import time

from agente_hotelero.learning import making, model_file


def main() -> None:
    """Make it, and say how long that took."""
    if "--force" not in sys.argv[1:] and model_file.is_current():
        return
    begun = time.process_time()
    making.make()
    size = model_file.MODEL.stat().st_size / 1e6
    sys.stdout.write(f"model: {size:.1f} MB in {time.process_time() - begun:.1f} s\n")


if __name__ == "__main__":
    main()
