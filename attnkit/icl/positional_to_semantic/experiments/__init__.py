"""What two starts of one head end with, and what of trained scores is a matter of place."""
