"""The experiments on a single location."""
