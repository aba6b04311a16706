"""A device without float64, simulated on the CPU: a Mac's GPU is not at hand where tests run.

Within `SimulatedDevice` the tensors handed over with `place`, and the parameters and buffers of
modules, say that they are on "mps", and so does all that is computed from them or made with their
device. What leaves for the CPU by name (`.cpu()`, `.to("cpu")`) says so and may be float64. Every
operation that makes a float64 tensor on the device is noted in `wide`.
"""

import torch
from torch import Tensor, nn
from torch.overrides import TorchFunctionMode
from torch.utils._python_dispatch import TorchDispatchMode, _disable_current_modes
from torch.utils._pytree import tree_leaves, tree_map

__all__ = ["DEVICE", "SimulatedDevice"]

DEVICE = torch.device("mps")
CPU = torch.device("cpu")


class SimulatedDevice:
    """A block in which some tensors live on a device without float64."""

    def __init__(self):
        self.wide: list[str] = []
        self.making = False
        self._storages: dict[int, object] = {}  # kept alive, so that no address is used twice
        self._modes = (_Operations(self), _Calls(self))

    def __enter__(self) -> "SimulatedDevice":
        for mode in self._modes:
            mode.__enter__()
        return self

    def __exit__(self, *error) -> None:
        for mode in reversed(self._modes):
            mode.__exit__(*error)

    def place(self, value: object) -> None:
        """Let a tensor, what shares its storage, or a module's tensors be on the device."""
        if isinstance(value, nn.Module):
            for tensor in (*value.parameters(), *value.buffers()):
                self.place(tensor)
        elif isinstance(value, Tensor) and (storage := _storage(value)) is not None:
            self._storages[storage._cdata] = storage

    def holds(self, value: object) -> bool:
        """Whether a value is a tensor on the device."""
        storage = _storage(value) if isinstance(value, Tensor) else None
        return storage is not None and storage._cdata in self._storages

    def took(self, function: object, given: list, made: list) -> None:
        """Place what an operation made, and note it where it is float64 of no float64."""
        on_device = [each for each in given if self.holds(each)]
        if not on_device and not self.making:
            return
        is_new = all(each.dtype != torch.float64 for each in on_device)
        for each in made:
            self.place(each)
            if is_new and isinstance(each, Tensor) and each.dtype == torch.float64:
                self.wide.append(str(function))


def _storage(tensor: Tensor):
    with torch._C.DisableTorchFunction():
        functorch = torch._C._functorch
        while functorch.is_functorch_wrapped_tensor(tensor):
            tensor = functorch.get_unwrapped(tensor)
        return None if tensor.is_sparse else tensor.untyped_storage()


class _Operations(TorchDispatchMode):
    """What is computed from tensors on the device is on the device."""

    def __init__(self, simulated: SimulatedDevice):
        super().__init__()
        self.simulated = simulated

    def __torch_dispatch__(self, function, types, args=(), kwargs=None):
        result = function(*args, **(kwargs or {}))
        self.simulated.took(function, tree_leaves((args, kwargs)), tree_leaves(result))
        return result


class _Calls(TorchFunctionMode):
    """Tensors say which device they are on, and are made there or leave it when told."""

    def __init__(self, simulated: SimulatedDevice):
        super().__init__()
        self.simulated = simulated

    def __torch_function__(self, function, types, args=(), kwargs=None):
        kwargs, holds = kwargs or {}, self.simulated.holds
        if getattr(function, "__self__", None) is Tensor.device:
            return DEVICE if holds(args[0]) else function(*args, **kwargs)
        wanted = tree_leaves((args[1:], kwargs))
        like = [each for each in wanted if isinstance(each, Tensor) and function is Tensor.to]
        if function is Tensor.cpu or (
            function is Tensor.to
            and (any(map(_is_cpu, wanted)) or any(not holds(each) for each in like))
        ):
            return _unseen(function, args, kwargs)
        if any(map(holds, like)) or any(map(_is_device, wanted)):
            return self._made(function, args, kwargs)
        return function(*args, **kwargs)

    def _made(self, function, args, kwargs):
        """What a call that names the device gives, made on the CPU."""
        simulated = self.simulated
        if function is Tensor.to and not simulated.holds(args[0]):
            made = _unseen(function, args, kwargs)
            simulated.place(made)
            simulated.wide += ["Tensor.to"] * (made.dtype == torch.float64)
            return made
        args, kwargs = tree_map(lambda each: CPU if _is_device(each) else each, (args, kwargs))
        before, simulated.making = simulated.making, True
        try:
            return function(*args, **kwargs)
        finally:
            simulated.making = before


def _is_device(value: object) -> bool:
    return isinstance(value, torch.device | str) and str(value) == "mps"


def _is_cpu(value: object) -> bool:
    return isinstance(value, torch.device | str) and str(value) == "cpu"


def _unseen(function, args, kwargs):
    """The same on a copy, which no mode sees: it has left one device for the other."""
    args, kwargs = tree_map(lambda each: CPU if _is_device(each) else each, (args, kwargs))
    with _disable_current_modes():
        return function(args[0].clone(), *args[1:], **kwargs)
