"""The alpha family on the line and in R^n, and expectations under it."""
