"""The compiler of the kernels, and whether they have passed their tests on a device like this."""

from collections.abc import Iterator

from attnkit.doctor.finding import Finding
from attnkit.doctor.requirements import install, version

__all__ = ["check_kernels"]


def check_kernels() -> Iterator[Finding]:
    """Which kernels a call would take here."""
    import torch

    from attnkit.gpu.passed import passed_here

    there, on_cuda = version("triton"), torch.cuda.is_available()
    if there == "missing":
        advice = install("attnkit[gpu]") if on_cuda else ""
        yield Finding("Triton", "not here: every call takes its torch path", "note", advice)
        return
    yield Finding("Triton", there)
    if not on_cuda:
        yield Finding("kernels", "none is used: torch finds no CUDA device", "note")
        return
    device = torch.device("cuda")
    name, proven = torch.cuda.get_device_name(device), passed_here(device)
    if proven:
        yield Finding("kernels", f"passed on a device like this {name}: {', '.join(proven)}")
    else:
        advice = "python benchmarks/gpu.py in a clone tests and times them"
        yield Finding("kernels", f"none has passed on a device like this {name}", "note", advice)
