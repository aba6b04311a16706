"""A transformer on sixteen patches of a digit, whose parts can be left out."""
