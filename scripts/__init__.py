"""What is typed from a shell."""
