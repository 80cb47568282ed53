"""Storage without servers."""
