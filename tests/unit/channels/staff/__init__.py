"""Tests of agente_hotelero.channels.staff."""
