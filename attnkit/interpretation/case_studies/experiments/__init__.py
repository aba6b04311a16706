"""Six questions to seventy-two heads of a trained encoder."""
