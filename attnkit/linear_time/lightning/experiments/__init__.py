"""Which fixed rate of forgetting is nearest to a trained encoder's rows."""
