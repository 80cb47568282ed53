"""How a program gets into somebody's mailbox at Google or Microsoft: by grants, tokens, and requests that carry them."""
