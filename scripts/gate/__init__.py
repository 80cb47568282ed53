"""The release gate: a table of steps, each DONE, FAILED or NOT DONE, and one answer."""
