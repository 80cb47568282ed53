"""Unit tests of metrics, logs and traces."""
