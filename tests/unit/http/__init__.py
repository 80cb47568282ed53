"""Unit tests of HTTP: real sockets on loopback, fakes behind the ports."""
