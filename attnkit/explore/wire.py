"""Arrays as bytes for a widget's trait: a JSON header, then the raw numbers."""

import json
import math
from collections.abc import Mapping

import numpy as np

__all__ = ["packed", "unpacked"]

_ALIGNED = 8


def packed(values: Mapping[str, np.ndarray | float], **about: object) -> bytes:
    """Put named arrays into one string of bytes.

    Parameters
    ----------
    values : mapping
        Name to array or number.
    **about
        What else the reader of the bytes must know, as JSON.

    Returns
    -------
    bytes
        The length of the header (uint32), the header {..., "arrays": [{name, shape, type}]} in
        UTF-8, blanks up to a multiple of eight bytes, and the numbers, each array at such a
        multiple. Matrices are colours and come as float32, everything else as float64; little
        endian.
    """
    entries, chunks = [], []
    for name, value in values.items():
        array = np.asarray(value, dtype="<f8")
        if array.ndim > 1:
            array = array.astype("<f4")
        entries.append({"name": name, "shape": array.shape, "type": array.dtype.str[1:]})
        chunks.append(_padded(array.tobytes(), b"\0"))
    header = json.dumps({**about, "arrays": entries}).encode()
    length = len(header).to_bytes(4, "little")
    return _padded(length + header, b" ") + b"".join(chunks)


def unpacked(message: bytes) -> tuple[dict, dict[str, np.ndarray]]:
    """The header and the arrays of `packed`, as the script of the front end reads them."""
    start = 4 + int.from_bytes(message[:4], "little")
    header = json.loads(message[4:start])
    arrays = {}
    for entry in header.pop("arrays"):
        start = _aligned(start)
        kind = np.dtype("<" + entry["type"])
        count = math.prod(entry["shape"])
        flat = np.frombuffer(message, kind, count, start)
        arrays[entry["name"]] = flat.reshape(entry["shape"])
        start += flat.nbytes
    return header, arrays


def _aligned(length: int) -> int:
    return -(-length // _ALIGNED) * _ALIGNED


def _padded(chunk: bytes, filler: bytes) -> bytes:
    return chunk.ljust(_aligned(len(chunk)), filler)
