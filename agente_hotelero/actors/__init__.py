"""Stateful actors on one event loop, and who watches them."""
