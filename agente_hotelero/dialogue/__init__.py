"""Pure: what a guest meant, what to do next, and the words to say it in."""
