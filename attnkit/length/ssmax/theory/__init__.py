"""Normal scores: when they disperse, when one of them takes all, and what a needle gets."""
