"""The experiments on rank collapse: random stacks, and the layers of one real encoder."""
