"""The reproductions of this room, one file each; `experiments.py` declares them."""
