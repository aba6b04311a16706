"""What `benchmarks/gpu.py` is made of: tests, checks, contenders, clocks and the record."""
