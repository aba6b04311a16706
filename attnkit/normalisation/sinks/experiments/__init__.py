"""The toy, and the same question to a trained encoder."""
