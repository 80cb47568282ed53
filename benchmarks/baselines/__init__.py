"""What one would write without any of this: servers to compare with, each a process of its own."""
