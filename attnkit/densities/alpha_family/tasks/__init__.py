"""Tasks of this mechanism."""
