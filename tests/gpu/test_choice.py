"""The device chooses, every reason is told, and traced code leaves no note."""

import importlib
import threading

import pytest
import torch
from torch._subclasses.fake_tensor import FakeTensorMode

from attnkit.diagnostics import paths
from attnkit.gpu import choice, passed, runs_fused, trying

CUDA = torch.device("cuda")


@pytest.fixture(autouse=True)
def no_notes():
    before = dict(choice.TAKEN)
    choice.TAKEN.clear()
    yield
    choice.TAKEN.clear()
    choice.TAKEN.update(before)


@pytest.fixture
def on_cuda(monkeypatch):
    """A tensor of a CUDA device that nobody needs to own, of compute capability 9.0."""
    monkeypatch.setattr(torch.cuda, "get_device_capability", lambda device: (9, 0))
    monkeypatch.setattr(choice, "_unlaunchable", lambda: None)
    with FakeTensorMode():
        return torch.empty(3, device="cuda")


@pytest.fixture
def recorded(monkeypatch):
    """What has passed, to be written by a test."""
    module = importlib.import_module("attnkit.gpu.passed")
    monkeypatch.setattr(module, "_record", lambda: {"passed": found})
    found = {}
    return found


def test_a_tensor_on_the_cpu_takes_the_torch_path_whatever_has_passed(recorded):
    recorded["sm_90"] = ["walk"]
    with trying():
        assert not runs_fused("walk", torch.empty(3))
    assert paths() == {"walk": ("torch", "cpu", "the tensors are on cpu")}


def test_another_accelerator_is_named():
    assert not runs_fused("walk", torch.empty(3, device="meta"))
    assert paths()["walk"].why == "the tensors are on meta"


def test_without_triton(on_cuda, recorded, monkeypatch):
    recorded["sm_90"] = ["walk"]
    assert runs_fused("walk", on_cuda)
    monkeypatch.setattr(choice, "_triton_is_there", lambda: False)
    assert not runs_fused("walk", on_cuda)
    assert paths()["walk"] == ("torch", "cuda:0", "Triton is not installed")


def test_a_driver_that_cannot_be_built_leaves_the_torch_path(on_cuda, recorded, monkeypatch):
    """As where no C compiler is: Triton says so at the first launch, and never before."""
    driver = pytest.importorskip("triton.runtime").driver

    class Unbuilt:
        def get_current_target(self):
            raise RuntimeError("Failed to find C compiler.\nMore of it")

    monkeypatch.undo()
    monkeypatch.setattr(driver, "_active", Unbuilt())
    choice._unlaunchable.cache_clear()
    with trying():
        assert not runs_fused("walk", on_cuda)
    choice._unlaunchable.cache_clear()
    why = "Triton cannot launch here (RuntimeError: Failed to find C compiler.)"
    assert paths()["walk"] == ("torch", "cuda:0", why)


def test_what_the_kernel_cannot_do_is_told_even_to_who_tries(on_cuda, recorded):
    recorded["sm_90"] = ["walk"]
    with trying():
        assert not runs_fused("walk", on_cuda, "a head size of 300 is above 256")
    assert paths()["walk"].why == "a head size of 300 is above 256"


def test_a_kernel_must_have_passed_on_this_architecture(on_cuda, recorded):
    recorded["sm_80"], recorded["sm_90"] = ["walk"], ["stroll"]
    assert not runs_fused("walk", on_cuda)
    assert "has not passed its tests" in paths()["walk"].why
    assert runs_fused("stroll", on_cuda)
    assert paths()["stroll"] == ("triton", "cuda:0", "the kernel suits the call")
    assert passed("stroll", CUDA)
    assert not passed("walk", CUDA)


def test_who_tries_needs_no_pass_and_leaves_no_trace(on_cuda, recorded):
    with trying():
        assert runs_fused("walk", on_cuda)
        with trying():
            pass
        assert runs_fused("walk", on_cuda)
    assert not runs_fused("walk", on_cuda)
    with pytest.raises(KeyError), trying():
        raise KeyError
    assert not runs_fused("walk", on_cuda)


def test_trying_is_a_matter_of_one_thread(on_cuda, recorded):
    other = []
    with trying():
        thread = threading.Thread(target=lambda: other.append(runs_fused("walk", on_cuda)))
        thread.start()
        thread.join()
        assert runs_fused("walk", on_cuda)
    assert other == [False]


def test_traced_code_leaves_no_note():
    @torch.compile(backend="eager", fullgraph=True)
    def doubled(tensor):
        return tensor if runs_fused("walk", tensor) else 2 * tensor

    assert torch.equal(doubled(torch.ones(3)), torch.full((3,), 2.0))
    assert paths() == {}


def test_calls_from_many_threads_are_all_noted():
    names, together = [f"walk {i}" for i in range(7)], threading.Barrier(7)

    def call(name):
        together.wait()
        for i in range(101):
            runs_fused(f"{name}, {i}", torch.empty(1))
            assert f"{name}, {i}" in paths()

    threads = [threading.Thread(target=call, args=(name,)) for name in names]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(paths()) == 7 * 101


def test_what_is_told_is_a_copy():
    runs_fused("walk", torch.empty(3))
    paths().clear()
    assert list(paths()) == ["walk"]
