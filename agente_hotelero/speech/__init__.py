"""Spoken words: bytes of a recording in, a transcript or a reason out. The only room that decodes sound."""
