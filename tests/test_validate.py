import pytest
import torch

from attnkit.validate import require_generator


@pytest.mark.parametrize("seed", [0, None, "0"])
def test_a_seed_is_not_a_generator(seed):
    with pytest.raises(TypeError, match=r"generator must be a torch.Generator, such as"):
        require_generator("generator", seed)


def test_a_generator_is_one():
    require_generator("generator", torch.Generator())
