"""What is compiled ahead of time: each kernel by type, width of a head, and power.

Power 1 asks for less than any other, and is not there.
"""

from attnkit.densities.ada_splash.fused.backward import pull_keys, pull_queries
from attnkit.densities.ada_splash.fused.forward import read_rows
from attnkit.densities.ada_splash.fused.sizes import TYPES, n_warps, tile_of
from attnkit.gpu import Specialisation

__all__ = ["SPECIALISATIONS"]

_SUMS = ("thresholds", "shares", "means", "escorted", "tops")
_NUMBERS = {"n_queries": "i32", "n_keys": "i32", "reach": "i32"} | dict.fromkeys(
    ("factor", "scale", "power", "near"), "fp32"
)


def _type_of(argument: str, short: str) -> str:
    if argument in _NUMBERS:
        return _NUMBERS[argument]
    return "*u8" if argument == "mask" else "*fp32" if argument in _SUMS else f"*{short}"


def _specialisation(kernel, dtype, width: int, power: int, is_causal: bool) -> Specialisation:
    (short, rounded), step = TYPES[dtype], kernel.__name__
    rows, n_keys = tile_of(dtype, width)
    constants = {
        "WIDTH": width,
        "CHANNELS": width,
        "ROWS": rows,
        "KEYS": n_keys,
        "POWER": power,
        "CAUSAL": is_causal,
        "ROUNDED": rounded,
        "MULTIPLIED": rounded,
    }
    arguments = [name for name in kernel.arg_names if name not in constants]
    kind = ("causal " if is_causal else "") + f"power {power or 'any'}"
    return Specialisation(
        name=f"entmax_attention {step}, {short}, {width}, {kind}",
        kernel=kernel,
        signature={name: _type_of(name, short) for name in arguments},
        constants=constants,
        n_warps=n_warps(step, dtype, width, power),
    )


SPECIALISATIONS = tuple(
    _specialisation(kernel, dtype, width, power, is_causal)
    for kernel in (read_rows, pull_queries, pull_keys)
    for dtype in TYPES
    for width in (64, 128)
    for power, is_causal in ((2, False), (2, True), (0, True))
)
