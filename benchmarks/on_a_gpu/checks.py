"""Each kernel on the device against the same function on the CPU in float64.

python -m benchmarks.on_a_gpu.checks cuda 0     # the first contest; tells as JSON
"""

import json
import sys
from collections.abc import Callable

import torch

from attnkit.diagnostics import paths
from attnkit.gpu import trying
from benchmarks.on_a_gpu.contenders import CONTESTS, Contest, Sizes

__all__ = ["checked"]

BOUNDS = {torch.float32: 1e-5, torch.bfloat16: 4 * torch.finfo(torch.bfloat16).eps}
"""Of the largest entry: in half precision four roundings of numbers of that size."""

LENGTHS = (257, 512)
"""One that no block divides, and one that all do, as the timed ones: two compiled forms."""


def checked(contest: Contest, device: str) -> dict:
    """The largest error of outputs and gradients by dtype, and whether the kernel passes.

    It does if it ran at all (the CPU, in a dry run, has none), and stays within the bounds.
    """
    errors = {f"{d}, {n}": _largest(contest, device, d, n) for d in BOUNDS for n in LENGTHS}
    right = all(each <= BOUNDS[d] for d in BOUNDS for n, each in errors.items() if str(d) in n)
    note = paths().get(contest.function)
    path = note.path if note else "torch"
    well = right and path == ("triton" if device == "cuda" else "torch")
    return {"path": path, "errors": errors, "passed": well}


def _largest(contest: Contest, device: str, dtype: torch.dtype, n_tokens: int) -> float:
    """The largest error of an output or a gradient; the note left last is that of the device.

    The gradient of the output differs everywhere, and is rounded for both.
    """
    inputs = contest.inputs(Sizes(2, 3, n_tokens, 64, device, dtype))
    weights = torch.linspace(-1, 1, inputs[2].numel()).to(inputs[2]).reshape(inputs[2].shape)
    wanted = _results(contest.ours, [t.cpu().double() for t in inputs], weights.cpu().double())
    with trying():
        found = _results(contest.ours, inputs, weights)
    return max(_error(*pair) for pair in zip(found, wanted, strict=True))


def _results(
    function: Callable, inputs: list[torch.Tensor], weights: torch.Tensor
) -> list[torch.Tensor]:
    """The output, and the gradients of all inputs for this gradient of it."""
    leaves = [t.detach().clone().requires_grad_() for t in inputs]
    output = function(*leaves)
    gradients = torch.autograd.grad(output, leaves, weights)
    return [output.detach(), *gradients]


def _error(found: torch.Tensor, wanted: torch.Tensor) -> float:
    """Relative to the largest entry; infinite where a number is missing."""
    found = found.cpu().double()
    largest = max((found - wanted).abs().max().item(), 0.0) / wanted.abs().max().item()
    return largest if found.isfinite().all() else float("inf")


if __name__ == "__main__":
    print(json.dumps(checked(CONTESTS[int(sys.argv[2])], sys.argv[1])))
