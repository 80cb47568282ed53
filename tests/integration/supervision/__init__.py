"""Every rule of supervision, shown by a fault injected into a running process."""
