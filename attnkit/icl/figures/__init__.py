"""Moving figures on in-context regression, one module each."""
