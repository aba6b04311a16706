"""The doctor tells of Triton, and of kernels that have passed on a device like this."""

import importlib

import pytest
import torch

from attnkit.doctor import kernels


def told():
    return [(each.what, each.found, each.verdict) for each in kernels.check_kernels()]


@pytest.fixture
def device(monkeypatch):
    """A device that nobody needs to own, and what has passed on it."""
    monkeypatch.setattr(torch.cuda, "is_available", lambda: True)
    monkeypatch.setattr(torch.cuda, "get_device_name", lambda device: "card")
    monkeypatch.setattr(torch.cuda, "get_device_capability", lambda device: (9, 0))
    passed = {}
    record = importlib.import_module("attnkit.gpu.passed")
    monkeypatch.setattr(record, "_record", lambda: {"passed": passed})
    return passed


def test_without_triton_the_extra_is_named_where_it_would_help(monkeypatch, device):
    monkeypatch.setattr(kernels, "version", lambda package: "missing")
    (only,) = kernels.check_kernels()
    assert (only.verdict, only.advice) == ("note", 'python -m pip install "attnkit[gpu]"')
    monkeypatch.setattr(torch.cuda, "is_available", lambda: False)
    (only,) = kernels.check_kernels()
    assert (only.verdict, only.advice) == ("note", "")


def test_what_has_passed_is_named(monkeypatch, device):
    monkeypatch.setattr(kernels, "version", lambda package: "3.9.0")
    assert told()[1] == ("kernels", "none has passed on a device like this card", "note")
    device["sm_90"] = ["walk", "run"]
    assert told() == [
        ("Triton", "3.9.0", "ok"),
        ("kernels", "passed on a device like this card: walk, run", "ok"),
    ]


def test_without_a_device_no_kernel_is_used(monkeypatch):
    monkeypatch.setattr(kernels, "version", lambda package: "3.9.0")
    monkeypatch.setattr(torch.cuda, "is_available", lambda: False)
    assert told()[1] == ("kernels", "none is used: torch finds no CUDA device", "note")
