"""Agente Hotelero: the system that hotels trust with their guests."""
