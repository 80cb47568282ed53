"""The storage layer on a real Postgres."""
