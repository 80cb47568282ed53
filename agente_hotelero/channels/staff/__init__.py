"""How hotel staff hear that a guest needs them."""
