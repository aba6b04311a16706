"""The delta rule runs its kernels in these tests, interpreted where there is no CUDA device."""

import pytest
import torch

from attnkit.gpu.buffers import filled_with_nan
from attnkit.memory.delta import chunkwise
from attnkit.memory.shared import suited
from tests.interpreted import quick_interpreter


@pytest.fixture
def kernels(monkeypatch):
    """Every call takes the kernels unless they cannot do it; buffers start as NaN."""
    if torch.cuda.is_available():
        pytest.skip("the interpreter is for machines without a CUDA device")
    monkeypatch.setattr(chunkwise, "unsuited", suited.limit)
    monkeypatch.setattr(chunkwise, "runs_fused", lambda name, tensor, reason: reason is None)
    with quick_interpreter(), filled_with_nan():
        yield
