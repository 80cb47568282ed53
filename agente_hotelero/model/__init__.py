"""The words everyone shares: ids, events, messages, stays, offers, money. No framework."""
