"""Log-densities that may be mixed: their logsumexp has a zero, not a NaN, gradient at -infinity."""

import torch
from torch import Tensor

__all__ = ["LogDensity", "logsumexp"]


def logsumexp(terms: Tensor, dim: int, keepdim: bool = False) -> Tensor:
    """torch.logsumexp, with zero gradient where every term is minus infinity.

    torch divides each term by a sum of zero there, and the NaN reaches every parameter of a sparse
    mixture, its weights included, from any point outside all the supports.
    """
    nowhere = (terms == -torch.inf).all(dim, keepdim=True)
    total = torch.logsumexp(torch.where(nowhere, 0.0, terms), dim, keepdim=True)
    total = torch.where(nowhere, -torch.inf, total)
    return total if keepdim else total.squeeze(dim)


class LogDensity(Tensor):
    """A tensor that differs from others in its logsumexp alone, by the function above.

    A sum with a log-weight is one too, so that `torch.distributions.MixtureSameFamily`, which adds
    log-weights and calls torch.logsumexp, is right as it stands. Any other operation gives a plain
    tensor.
    """

    @classmethod
    def __torch_function__(cls, function, types, args=(), kwargs=None):
        mixes = function in (torch.logsumexp, Tensor.logsumexp)
        with torch._C.DisableTorchFunctionSubclass():
            result = (logsumexp if mixes else function)(*args, **(kwargs or {}))
        return result.as_subclass(cls) if function in _SUMS else result


_SUMS = {torch.add, Tensor.add, Tensor.__add__, Tensor.__radd__}
