"""What the papers ran on in-context regression, one module per question."""
