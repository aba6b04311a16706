"""Two bumps to be fitted, and the rows of a trained encoder."""
