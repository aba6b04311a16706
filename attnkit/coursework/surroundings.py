"""What a check may not leave changed: the student's own global state."""

import contextlib
import random
from collections.abc import Iterator

import numpy
import torch

__all__ = ["left_alone"]


@contextlib.contextmanager
def left_alone(seed: int) -> Iterator[None]:
    """Give every answer the same surroundings, global chance included; then put them back."""
    kept = random.getstate(), numpy.random.get_state(), torch.get_rng_state()  # noqa: NPY002
    threads, dtype = torch.get_num_threads(), torch.get_default_dtype()
    torch.set_num_threads(1)
    torch.set_default_dtype(torch.float32)
    random.seed(seed)
    numpy.random.seed(seed)  # noqa: NPY002
    torch.default_generator.manual_seed(seed)
    try:
        yield
    finally:
        random.setstate(kept[0])
        numpy.random.set_state(kept[1])  # noqa: NPY002
        torch.set_rng_state(kept[2])
        torch.set_num_threads(threads)
        torch.set_default_dtype(dtype)
