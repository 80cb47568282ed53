"""Gmail: Google's REST interface for a hotel's mailbox, its tokens, its history, and the pushes that say "look"."""
