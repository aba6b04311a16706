"""Networks that learn to sort by pointing, and what they do then."""
