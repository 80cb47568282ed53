"""Unit tests of the channels."""
