"""Unit tests of the PMS adapters and of what stands before them."""
