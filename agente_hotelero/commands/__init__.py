"""The command line: each group of commands in a room of its own, put together in entry.py."""
