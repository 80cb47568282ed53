"""Any mailbox, read by IMAP and written to by SMTP."""
