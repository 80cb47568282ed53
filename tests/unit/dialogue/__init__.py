"""Unit tests of the dialogue."""
