"""A needle among random keys, and a trained encoder that reads by cosines."""
