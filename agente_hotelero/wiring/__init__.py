"""The rooms behind the composition root: each puts a few parts together."""
