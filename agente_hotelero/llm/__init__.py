"""A language model asked for a second opinion on what a guest wants: it proposes, and is never trusted."""
