"""Claims of this mechanism."""
