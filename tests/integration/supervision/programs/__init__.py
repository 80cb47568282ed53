"""Processes to inject faults into."""
