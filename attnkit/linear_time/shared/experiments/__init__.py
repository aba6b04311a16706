"""Plain maps on the heads of a trained encoder, as they are and with all keys moved."""
