"""What a service counts of itself."""

from benchmarks.processes import fetch


def total(port: int, name: str, **labels: str) -> float:
    """Sum up a metric over all label sets that hold these labels."""
    wanted = [f'{key}="{value}"' for key, value in labels.items()]
    lines = [line for line in fetch(port, "/metrics").splitlines() if line.startswith((name + "{", name + " "))]
    return sum(float(line.rsplit(" ", 1)[1]) for line in lines if all(want in line for want in wanted))
