"""What the kernels of several memories share."""
