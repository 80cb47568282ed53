"""The chat on the hotel's own website."""
