"""What an operator's token is good for."""

from enum import StrEnum


class Role(StrEnum):
    """Each may what those before it may."""

    VIEWER = "viewer"
    """Sees flags, lists and how the service is; nothing that a guest said or is called."""
    OPERATOR = "operator"
    """Works at the front desk: reads and answers guests, retries what failed."""
    ADMIN = "admin"
    """Switches flags, releases what a restore held back, reloads the hotels."""

    def covers(self, needed: "Role") -> bool:
        """Tell whether this is enough for what needs that."""
        order = tuple(Role)
        return order.index(self) >= order.index(needed)
