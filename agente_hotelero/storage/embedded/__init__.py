"""Postgres and Valkey from wheels, as our own children."""
