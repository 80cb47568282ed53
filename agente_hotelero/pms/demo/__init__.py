"""A demo PMS whose inventory lives behind a port."""
