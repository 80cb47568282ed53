"""How the model of what guests want is made from our own phrases, measured and stored; none of it runs while guests write."""
