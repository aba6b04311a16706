"""On a device without float64 (a Mac's GPU) nothing makes a float64 tensor of float32 ones."""

import dataclasses
import functools
import inspect
import warnings

import pytest
import torch
from torch import Tensor, nn
from torch.utils._pytree import tree_leaves, tree_map

from attnkit import densities, precision
from attnkit.densities.kernel.kernels import gaussian
from attnkit.densities.layers.kernel_score import KernelScore
from attnkit.icl.regression_task import RegressionTask
from tests.fuzz import declared
from tests.simulated_device import DEVICE, SimulatedDevice

REFUSALS = ("must be computed in float64, which mps does not have", "must be torch.float64")


def narrow(value):
    """The value, every float64 tensor in it in float32."""
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        fields = {each.name: getattr(value, each.name) for each in dataclasses.fields(value)}
        if not any(isinstance(each, Tensor) for each in tree_leaves(list(fields.values()))):
            return value
        return dataclasses.replace(value, **{name: narrow(each) for name, each in fields.items()})
    is_wide = isinstance(value, Tensor) and value.dtype == torch.float64
    return value.float() if is_wide else value


def place(value, simulated):
    """Put a tensor, a module's tensors or those of a dataclass on the device."""
    if isinstance(value, RegressionTask):
        return  # which refuses to be made of tensors there
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        for each in vars(value).values():
            place(each, simulated)
    else:
        simulated.place(value)


def placed(arguments, simulated):
    """Right arguments in float32, on the device."""
    given = tree_map(narrow, arguments())
    for each in tree_leaves(given):
        place(each, simulated)
    return given


def modules_behind(function):
    """The modules that a function calls, which would be moved to the device with its tensors."""
    closure = inspect.getclosurevars(function).nonlocals if inspect.isfunction(function) else {}
    around = (getattr(function, "__self__", None), *closure.values())
    return [each for each in around if isinstance(each, nn.Module)]


def use(call, simulated):
    """Run a right call and the methods it names, on the device."""
    result = call.function(**placed(call.arguments, simulated))
    if isinstance(result, nn.Module):
        simulated.place(result)
    for method, arguments in call.then.items():
        getattr(result, method)(**placed(arguments, simulated))


def made_wide(call):
    """The operations of a call that made a float64 tensor; a refusal that says why makes none."""
    torch.manual_seed(0)
    simulated = SimulatedDevice()
    for module in modules_behind(call.function):
        simulated.place(module)
    with simulated, warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            use(call, simulated)
        except FileNotFoundError:
            pytest.skip("the data of this call is not there")
        except TypeError as refusal:
            if not any(words in str(refusal) for words in REFUSALS):
                raise
    return simulated.wide


@pytest.mark.parametrize("call", declared(), ids=lambda call: call.label)
def test_no_call_makes_a_float64_tensor(call):
    assert made_wide(call) == []


@pytest.mark.parametrize("alpha", [1.0, 1.25, 1.5, 2.0, 3.0, "tensor"])
def test_entmax_and_its_gradients_stay_without_float64(alpha, monkeypatch):
    generator = torch.Generator().manual_seed(0)
    scores, weights = torch.randn(2, 3, 31, generator=generator).unbind()
    alpha = torch.tensor([[1.2], [1.5], [2.5]]) if alpha == "tensor" else alpha

    def with_gradient():
        leaf = scores.clone().requires_grad_()
        found = densities.entmax(leaf, alpha)
        return found.detach(), *torch.autograd.grad((found * weights).sum(), leaf)

    wanted, simulated = with_gradient(), SimulatedDevice()
    for tensor in (scores, weights, alpha):
        simulated.place(tensor)
    # Nothing tells a backward pass, which torch runs out of sight, that its device is another.
    monkeypatch.setattr(precision, "_WITHOUT_FLOAT64", {"cpu", "mps"})
    with simulated:
        got = with_gradient()
    assert simulated.wide == []
    for one, other in zip(got, wanted, strict=True):
        torch.testing.assert_close(one, other, rtol=0, atol=2e-6)


def test_a_kernel_density_says_that_it_needs_float64():
    simulated = SimulatedDevice()
    coefficients, centers = torch.ones(3), torch.linspace(0, 1, 3)
    simulated.place(coefficients)
    simulated.place(centers)
    with simulated, pytest.raises(TypeError, match=r"KernelDensity must be .*\(tensor\.cpu\(\)"):
        densities.KernelDensity(coefficients, centers, functools.partial(gaussian, width=0.2))


def test_a_layer_of_float32_centers_holds_no_float64():
    layer = KernelScore(torch.linspace(0, 1, 5), functools.partial(gaussian, width=0.2))
    assert {buffer.dtype for buffer in layer.buffers()} == {torch.float32}


def test_the_simulated_device_notes_every_way_to_float64():
    ways = [
        lambda t: t.double(),
        lambda t: t.sum(dtype=torch.float64),
        lambda t: t.new_zeros(3, dtype=torch.float64),
        lambda t: torch.arange(3, dtype=torch.float64, device=t.device),
        lambda t: torch.ones(3, dtype=torch.float64).to(t.device),
        lambda t: torch.zeros_like(t, dtype=torch.float64),
    ]
    for way in ways:
        simulated, tensor = SimulatedDevice(), torch.ones(3)
        simulated.place(tensor)
        with simulated:
            way(tensor)
        assert len(simulated.wide) == 1, inspect.getsource(way)


def test_what_leaves_the_simulated_device_may_be_float64():
    simulated, tensor = SimulatedDevice(), torch.ones(3)
    simulated.place(tensor)
    with simulated:
        assert tensor.device == (tensor + 1).device == DEVICE
        left = tensor.cpu().double(), tensor.to("cpu", torch.float64), tensor.to(torch.ones(3))
        assert {each.device.type for each in left} == {"cpu"}
        assert torch.ones(3, dtype=torch.float64).to(tensor).device == DEVICE
    assert simulated.wide == []
