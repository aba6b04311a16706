"""The same functions on a CUDA device, where there is one."""

import pytest
import torch

from tests.memory.conformance import MEMORIES, relative_error, results_and_gradients

pytestmark = [
    pytest.mark.cuda,
    pytest.mark.skipif(not torch.cuda.is_available(), reason="no CUDA device"),
]


@pytest.mark.parametrize("memory", MEMORIES, ids=lambda m: m.name)
def test_equals_the_reference_on_cpu(memory):
    sequences, gates, state = memory.inputs(2, 3, 101)
    moved = [s.cuda() for s in sequences], {n: g.cuda() for n, g in gates.items()}, state.cuda()
    fast = results_and_gradients(memory.fast, *moved)
    slow = results_and_gradients(memory.reference, sequences, gates, state)
    for got, wanted in zip(fast, slow, strict=True):
        assert got.is_cuda
        assert relative_error(got.cpu(), wanted) <= 1e-12
