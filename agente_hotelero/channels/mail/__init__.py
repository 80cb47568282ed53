"""E-mail's bytes to values and back, the same for every mailbox, whatever brings them: no network, no clock, no settings."""
