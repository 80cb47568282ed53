"""Property management systems: one port, its adapters, and the parts of the gateway before them."""
