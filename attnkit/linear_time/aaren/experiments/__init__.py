"""What one query for all tokens can stand for: in a toy, and in a trained encoder."""
