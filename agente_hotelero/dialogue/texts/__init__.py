"""What to say, in the guest's language."""
