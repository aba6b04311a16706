"""Which implementation the last call of each function took."""

from attnkit.gpu.choice import TAKEN, TakenPath

__all__ = ["paths"]


def paths() -> dict[str, TakenPath]:
    r"""Return which way the last call of each function with a fused kernel went, and why.

    .. math:: \text{name} \mapsto (\text{path}, \text{device}, \text{why})

    `path` is ``"torch"`` or ``"triton"``. Functions that were not called yet are not there;
    compiled code leaves no note.

    Returns
    -------
    dict
        By the name of the function, a tuple of three words: path, device, why.

    References
    ----------
    Defined here.
    """
    return dict(TAKEN)
