"""Conversations as guests have them, line by line, with what each line must lead to: `scripts.py` tells how they are written."""
