"""The least value of a quadratic form in the gains, where heads may stand for each other."""

import torch
from jaxtyping import Float
from torch import Tensor

__all__ = ["least_quadratic"]


def least_quadratic(
    form: Float[Tensor, "*batch heads heads"], goal: Float[Tensor, "*batch heads"]
) -> Float[Tensor, "*batch heads"]:
    """The smallest x among those that minimise x' form x - 2 goal' x, the form symmetric.

    Two heads of one scale, or any two on prompts of one example, make the form singular.
    """
    exact = form.cpu().double()
    inverse = torch.linalg.pinv(exact, hermitian=True, rtol=form.shape[-1] * 2.0**-50)
    return (inverse @ goal.cpu().double().unsqueeze(-1)).squeeze(-1).to(form)
