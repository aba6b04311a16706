"""What the pages say of lists, arrays, bools and empty batches holds where a reader tries it."""

import numpy as np
import pandas as pd
import pytest
import torch

import attnkit
from attnkit import diagnostics, memory


@pytest.mark.parametrize("own", [[2.0, 1.4], np.array([2.0, 1.4]), pd.Series([2.0, 1.4])])
@pytest.mark.parametrize("function", [diagnostics.entropy, memory.elu_plus_one])
def test_what_is_no_tensor_is_refused_with_its_cure(function, own):
    with pytest.raises(TypeError, match=r"must be a torch\.Tensor, got .*torch\.as_tensor"):
        function(own)


def test_the_cure_cures():
    for own in ([2.0, 1.4], np.array([2.0, 1.4]), pd.Series([2.0, 1.4]).to_numpy(copy=True)):
        assert attnkit.entmax(torch.as_tensor(own), 2.0).tolist() == pytest.approx([0.8, 0.2])
    frame = pd.DataFrame({"x": [1.0, 2.0], "y": [3.0, 4.0]})
    assert torch.tensor(frame[["x", "y"]].to_numpy()).shape == (2, 2)


def test_a_numpy_scalar_is_a_number_and_a_bool_is_none():
    scores = torch.tensor([2.0, 1.4])
    assert torch.equal(attnkit.entmax(scores, np.float64(2.0)), attnkit.entmax(scores, 2.0))
    assert torch.equal(attnkit.entmax(scores, 2), attnkit.entmax(scores, 2.0))
    with pytest.raises(TypeError, match="alpha"):
        attnkit.entmax(scores, True)
    with pytest.raises(ValueError, match="alpha"):
        attnkit.entmax(scores, float("nan"))
    with pytest.raises(TypeError, match="scores"):
        attnkit.entmax(torch.tensor([2, 1]))


def test_an_empty_batch_gives_an_empty_result():
    assert attnkit.entmax(torch.zeros(0, 3)).shape == (0, 3)
    assert attnkit.attention(*(torch.zeros(0, n, 2) for n in (3, 5, 5))).shape == (0, 3, 2)
    assert diagnostics.entropy(torch.zeros(0, 3)).shape == (0,)
    read, state = memory.delta_rule(*(torch.zeros(0, 5, 3) for _ in range(3)), torch.zeros(0, 5))
    assert read.shape == (0, 5, 3)
    assert state.shape == (0, 3, 3)
