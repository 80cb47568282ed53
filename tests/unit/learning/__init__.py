"""What the model is made of, and whether it is worth its trust."""
