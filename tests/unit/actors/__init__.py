"""Unit tests of the actors."""
