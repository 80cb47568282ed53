"""Metrics, tracing, logging."""
