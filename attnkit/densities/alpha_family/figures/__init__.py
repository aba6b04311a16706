"""Moving figures of the alpha family."""
