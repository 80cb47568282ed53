"""Unit tests of settings and of the hotels file: what an operator may get wrong, and what is said about it."""
