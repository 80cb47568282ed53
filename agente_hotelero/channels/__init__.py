"""Channels: a provider's bytes to our model and back, and nothing else."""
