"""What too large a step does to small heads, and how sharp real rows are for their norm."""
