"""Every test runs with attnkit's shape annotations checked and one thread per process."""

import os

os.environ.setdefault("OMP_NUM_THREADS", "1")

import torch
from jaxtyping import install_import_hook

install_import_hook("attnkit", "beartype.beartype")
torch.set_num_threads(1)
