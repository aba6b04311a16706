"""The penalty against rows gone through one by one; its edge, its silence, empty rows."""

import math

import pytest
import torch

from attnkit.concentration import band_penalty, released_band_penalty

F64 = torch.float64
TARGET = torch.tensor([0.2, 0.5, 0.9], dtype=F64)
CAUSAL = torch.ones(5, 5, dtype=torch.bool).tril()


def scores(*shape, seed=0, dtype=F64):
    generator = torch.Generator().manual_seed(seed)
    return 3 * torch.randn(*shape, generator=generator, dtype=F64).to(dtype)


def causal_weights(spread=1.0):
    return (spread * scores(2, 3, 5, 5)).masked_fill(~CAUSAL, -math.inf).softmax(-1)


def row_by_row(weights, n_visible, charge, tolerance=0.2):
    """The mean over rows of what `charge` asks for a deviation and the half-width of its band."""
    total = torch.zeros(2, 3, dtype=F64)
    for b, h, q in ((b, h, q) for b in range(2) for h in range(3) for q in range(5)):
        present = [w for w in weights[b, h, q].tolist() if w > 0]
        found = -sum(w * math.log(w) for w in present)
        largest = math.log(n_visible(q))
        total[b, h] += charge(found - TARGET[h].item() * largest, tolerance * largest) / 5
    return total


def beyond(deviation, slack):
    return max(abs(deviation) - slack, 0.0) ** 2


def whole(deviation, slack):
    return deviation**2 if abs(deviation) > slack else 0.0


@pytest.mark.parametrize(
    ("penalty", "charge"), [(band_penalty, beyond), (released_band_penalty, whole)]
)
def test_equals_rows_gone_through_one_by_one(penalty, charge):
    weights = causal_weights()
    seen = row_by_row(weights, lambda q: q + 1, charge)
    torch.testing.assert_close(penalty(weights, TARGET, mask=CAUSAL), seen)
    assert (seen > 0).any()
    context = row_by_row(weights, lambda q: 5, charge)
    torch.testing.assert_close(penalty(weights, TARGET), context)


def two_keys(share):
    return torch.tensor([[[share, 1 - share]]], dtype=F64)


def share_of_entropy(wanted):
    """The weight of two keys whose entropy is a share of log 2, by bisection."""
    low, high = 1e-12, 0.5
    for _ in range(80):
        middle = (low + high) / 2
        found = -(middle * math.log(middle) + (1 - middle) * math.log(1 - middle)) / math.log(2)
        low, high = (middle, high) if found < wanted else (low, middle)
    return low


def test_one_is_continuous_at_the_edge_and_the_other_jumps():
    target, step = torch.tensor([0.5], dtype=F64), 1e-7
    inside, outside = (two_keys(share_of_entropy(0.7 + way * step)) for way in (-1, 1))
    for penalty, jump in ((band_penalty, 0.0), (released_band_penalty, (0.2 * math.log(2)) ** 2)):
        assert penalty(inside, target).item() == 0
        assert penalty(outside, target).item() == pytest.approx(jump, abs=1e-7)


@pytest.mark.parametrize("penalty", [band_penalty, released_band_penalty])
def test_nothing_is_asked_inside_the_band(penalty):
    logits = torch.tensor([[[0.0, 2.0]]], dtype=F64, requires_grad=True)  # relative entropy 0.53
    charged = penalty(logits.softmax(-1), torch.tensor([0.5], dtype=F64))
    charged.sum().backward()
    assert charged.item() == 0
    assert logits.grad.abs().max() == 0


@pytest.mark.parametrize("penalty", [band_penalty, released_band_penalty])
def test_descent_leads_into_the_band(penalty):
    for start in (0.1, 9.0):  # almost even, and almost one key
        logits = (start * torch.linspace(0, 1, 7, dtype=F64)).expand(1, 1, 7).clone()
        logits.requires_grad_()
        optimiser = torch.optim.SGD([logits], lr=0.5)
        for _ in range(400):
            optimiser.zero_grad()
            charged = penalty(logits.softmax(-1), torch.tensor([0.5], dtype=F64), 0.1)
            charged.sum().backward()
            optimiser.step()
        left = penalty(logits.softmax(-1), torch.tensor([0.5], dtype=F64), 0.12)
        assert left.item() == 0


def test_a_row_of_zeros_takes_no_part():
    weights = causal_weights()
    mask = CAUSAL.clone()
    mask[2] = False
    gone = (weights * mask).requires_grad_()
    charged = band_penalty(gone, TARGET, mask=mask)
    charged.sum().backward()
    kept = [0, 1, 3, 4]
    rest = band_penalty(weights[..., kept, :], TARGET, mask=CAUSAL[kept])
    torch.testing.assert_close(charged, rest)
    assert gone.grad.isfinite().all()
    assert gone.grad[..., 2, :].abs().max() == 0
    assert band_penalty(0 * weights, TARGET).abs().max() == 0
    assert band_penalty(weights[..., :0], TARGET).abs().max() == 0
    assert band_penalty(weights[..., :0, :], TARGET).abs().max() == 0


def test_one_visible_key_costs_nothing_whatever_the_target():
    alone = torch.ones(3, 1, 1, dtype=F64, requires_grad=True)
    charged = band_penalty(alone, TARGET, 0.0)
    charged.sum().backward()
    assert charged.abs().max() == 0
    assert alone.grad.abs().max() == 0


def test_gradients_through_the_weights():
    logits = scores(3, 5, 5).requires_grad_()
    target = TARGET.clone().requires_grad_()
    for penalty in (band_penalty, released_band_penalty):
        assert torch.autograd.gradcheck(
            lambda z, t, p=penalty: p(z.softmax(-1), t), (logits, target)
        )


@pytest.mark.parametrize("dtype", [torch.float16, torch.bfloat16])
def test_half_precision_is_computed_in_single(dtype):
    weights = causal_weights().to(dtype)
    charged = band_penalty(weights, TARGET.to(dtype), mask=CAUSAL)
    assert charged.dtype == torch.float32
    single = band_penalty(weights.float(), TARGET.to(dtype).float(), mask=CAUSAL)
    torch.testing.assert_close(charged, single)


def test_mapped_it_is_the_same():
    weights = causal_weights()
    mapped = torch.func.vmap(lambda w: band_penalty(w, TARGET, mask=CAUSAL))(weights)
    torch.testing.assert_close(mapped, band_penalty(weights, TARGET, mask=CAUSAL))
    slopes = torch.func.jacrev(band_penalty)(weights[0], TARGET)
    assert slopes.shape == (3, 3, 5, 5)


COMPILED = """
import torch
from attnkit.concentration import band_penalty, released_band_penalty

weights = torch.randn(2, 3, 5, 5, generator=torch.Generator().manual_seed(0)).softmax(-1)
target, whole = torch.tensor([0.2, 0.5, 0.9]), dict(fullgraph=True, backend="aot_eager")
for penalty in (band_penalty, released_band_penalty):
    torch.testing.assert_close(
        torch.compile(penalty, **whole)(weights, target, mask=weights > -1),
        penalty(weights, target))
"""


def test_compiled_in_one_graph_it_is_the_same(plain_python):
    plain_python.run(COMPILED)


GOOD = {"weights": torch.full((3, 5, 5), 0.2, dtype=F64), "target": TARGET}


@pytest.mark.parametrize(
    ("arguments", "error", "message"),
    [
        ({"weights": torch.full((3, 5, 5), 0.3, dtype=F64)}, ValueError, "weights must hold dens"),
        ({"weights": torch.full((3, 5, 5), math.nan)}, ValueError, "weights must hold finite"),
        ({"mask": CAUSAL}, ValueError, "weights must be zero where mask is false"),
        ({"mask": CAUSAL.double()}, TypeError, "mask must"),
        ({"target": TARGET + 1}, ValueError, "target must be in"),
        ({"target": TARGET[:2]}, ValueError, "target must"),
        ({"tolerance": -0.1}, ValueError, "tolerance must be in"),
    ],
)
def test_wrong_input_is_named(arguments, error, message):
    for penalty in (band_penalty, released_band_penalty):
        with pytest.raises(error, match=message):
            penalty(**GOOD | arguments)
