"""The error against the number of tokens, and the keys of a trained encoder."""
