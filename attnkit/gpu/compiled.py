"""Compile kernels ahead of time, without a GPU: registers, spills and shared memory of each.

A layer `fused` declares what is to be compiled as `Specialisation` objects: one kernel with the
types of its arguments and the values of its constants.
"""

import re
import subprocess
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

__all__ = ["ARCHITECTURES", "Compiled", "Specialisation", "compiled"]

ARCHITECTURES = {80: 166_912, 90: 232_448, 100: 232_448}
"""Compute capability times ten, and the bytes of shared memory that one block may ask for there."""


@dataclass(frozen=True, eq=False)
class Specialisation:
    """A kernel with the types of its arguments and the values of its constants.

    `signature` maps each argument to a Triton type ("*fp32", "i32"), `constants` each
    `tl.constexpr` to its value. `function` is the one that it serves, where its name does not
    begin with that.
    """

    name: str
    kernel: Any
    signature: Mapping[str, str]
    constants: Mapping[str, Any]
    n_warps: int = 4
    n_stages: int = 2
    divisible: tuple[str, ...] = field(default=())
    """Arguments that are multiples of 16 (pointers are by themselves)."""
    function: str = ""


@dataclass(frozen=True)
class Compiled:
    """What one kernel asks of one architecture, by the assembler's own count."""

    name: str
    architecture: int
    registers: int
    spilled_bytes: int
    shared_bytes: int

    @property
    def fits(self) -> bool:
        """Whether it can be launched, and keeps its numbers in registers."""
        return not self.spilled_bytes and self.shared_bytes <= ARCHITECTURES[self.architecture]


def compiled(what: Specialisation, architecture: int) -> Compiled:
    """Compile for sm_`architecture` and read what the assembler says of it."""
    import triton
    from triton.backends.compiler import GPUTarget
    from triton.compiler import ASTSource

    signature = dict(what.signature) | dict.fromkeys(what.constants, "constexpr")
    names = what.kernel.arg_names
    aligned = [n for n, kind in what.signature.items() if kind[0] == "*"] + list(what.divisible)
    source = ASTSource(
        fn=what.kernel,
        signature={name: signature[name] for name in names},
        constexprs={(names.index(name),): value for name, value in what.constants.items()},
        attrs={(names.index(name),): [["tt.divisibility", 16]] for name in aligned},
    )
    options = {"num_warps": what.n_warps, "num_stages": what.n_stages, "enable_fp_fusion": True}
    made = triton.compile(source, target=GPUTarget("cuda", architecture, 32), options=options)
    registers, spilled = _assembled(made.asm["cubin"])
    return Compiled(what.name, architecture, registers, spilled, made.metadata.shared)


def _assembled(cubin: bytes) -> tuple[int, int]:
    """Registers a thread, and bytes a thread spills into local memory."""
    import triton

    tool = Path(triton.__file__).parent / "backends/nvidia/bin/cuobjdump"
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "kernel.cubin"
        path.write_bytes(cubin)
        said = subprocess.run(
            [tool, "--dump-resource-usage", path], capture_output=True, text=True, check=True
        ).stdout
    return _number("REG", said), _number("STACK", said) + _number("LOCAL", said)


def _number(word: str, said: str) -> int:
    found = re.findall(rf"\b{word}:(\d+)", said)
    if not found:
        raise RuntimeError(f"the resource usage of a kernel says nothing of {word}: {said!r}")
    return max(map(int, found))
