"""What is compiled ahead of time: each kernel by dtype and head size, with decay, in and out."""

import torch

from attnkit.gpu import Specialisation
from attnkit.memory.linear.fused.decay_gradient import decay_gradient
from attnkit.memory.linear.fused.kernels import attend, carry, write
from attnkit.memory.linear.fused.products import KEPT
from attnkit.memory.linear.fused.sizes import CARRIED, SPAN, sizes

__all__ = ["SPECIALISATIONS", "specialisations"]

_POINTER = {torch.float32: "*fp32", torch.bfloat16: "*bf16", torch.float16: "*fp16"}
_CUT = dict.fromkeys(("length", "n_chunks", "n_segments", "per_segment"), "i32")


def specialisations(dtype: torch.dtype, head: int) -> list[Specialisation]:
    """The kernels as a head of so many features launches them."""
    chosen, kept, given = sizes(dtype, head), KEPT[dtype], _POINTER[dtype]
    stored = _POINTER[kept.torch_dtype]
    widths = {"N_READ": head, "N_VALUE": head}
    tile = {"SIZE": chosen.chunk, "HEIGHT": chosen.height, "WIDTH": chosen.width}
    kinds = {"DTYPE": kept.dtype, "PRECISION": kept.precision}
    shared = dict.fromkeys(("matches", "values"), given) | {"log_decay": "*fp32"} | _CUT
    passed = shared | {"reads": given, "entries": "*fp32", "outputs": given}
    summed = shared | {"written": "*fp32", "left": "*fp32"}
    both = widths | tile | kinds
    gradient = dict.fromkeys(("queries", "keys", "values", "d_outputs"), given)
    gradient |= dict.fromkeys(("entries", "d_exits"), stored)
    gradient |= {"log_decay": "*fp32", "d_log_decay": "*fp32", "length": "i32", "n_chunks": "i32"}
    block = {"HEIGHT": chosen.block, "WIDTH": chosen.block}
    of_gradient = {"N_KEY": head, "N_VALUE": head, "SIZE": SPAN * chosen.chunk} | block

    def named(what: str, kernel, signature, constants, **launch) -> Specialisation:
        launch = launch or {"n_warps": chosen.n_warps, "n_stages": chosen.n_stages}
        name = f"linear_attention {what}, {str(dtype).removeprefix('torch.')}, head {head}"
        return Specialisation(name, kernel, signature, constants, **launch)

    forwards = {"BACKWARDS": False, "TRANSPOSED": False, "KEEPS": SPAN, "states": None}
    backwards = {"BACKWARDS": True, "TRANSPOSED": True, "KEEPS": SPAN, "final": None}
    undecayed = {name: kind for name, kind in passed.items() if name != "log_decay"}
    lasting = forwards | {"log_decay": None}
    return [
        named("outputs", attend, passed | {"final": "*fp32"}, both | forwards),
        named("plain outputs", attend, undecayed | {"final": "*fp32"}, both | lasting),
        named("gradients", attend, passed | {"states": stored}, both | backwards),
        named("segments", write, summed, both | {"BACKWARDS": True}),
        named("decay", decay_gradient, gradient, of_gradient | kinds, n_warps=4, n_stages=1),
    ]


_CARRIED = Specialisation(
    "linear_attention carry",
    carry,
    dict.fromkeys(("written", "left", "initial"), "*fp32") | {"n_segments": "i32"},
    {"AREA": 128 * 128, "WIDTH": CARRIED, "BACKWARDS": False},
)
SPECIALISATIONS = (
    *(each for dtype in KEPT for head in (64, 128) for each in specialisations(dtype, head)),
    _CARRIED,
)
