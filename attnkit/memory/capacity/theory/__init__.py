"""Signal, noise and the four capacities of a memory of random pairs."""
