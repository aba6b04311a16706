r"""The gradient of the length of an error is the error's direction, of length one. So beyond delta
the push is delta times that direction, and below it the error itself: the error with its length
capped. One token moves the memory by at most rate times delta times the key's length.

In general a write is the key times the influence, so that its size is their product: writes are
bounded, for keys of bounded length, exactly where the influence is. Capping each coordinate is
Huber's loss too, another one: it favours the axes that the values happen to have.
"""

import torch


def bounded_write(memory, key, value, rate, delta):
    error = value - key @ memory
    length = error.norm().clamp_min(delta)
    return memory + rate * torch.outer(key, error * delta / length)
