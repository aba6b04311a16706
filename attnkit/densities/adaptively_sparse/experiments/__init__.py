"""An alpha for each head: learned in a toy, and tried on the scores of a trained encoder."""
