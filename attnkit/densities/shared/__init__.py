"""What several densities use: arguments, estimates of an expectation, a look for what hides."""
