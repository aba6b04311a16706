"""Triton kernels beside the torch path: which one a call takes, and how they compile without a GPU.

A mechanism's kernels stand in the layer `fused` of its folder. The device of the tensors chooses,
never a flag: on a CUDA device a kernel runs where Triton is installed, the call suits it, and it
has passed its tests on such a device (`results/gpu.json`). Everything else takes the torch path.
"""

from attnkit.gpu.choice import runs_fused, trying
from attnkit.gpu.compiled import Compiled, Specialisation, compiled
from attnkit.gpu.passed import passed

__all__ = ["Compiled", "Specialisation", "compiled", "passed", "runs_fused", "trying"]
