"""What has passed is written twice, and the two agree."""

import importlib
import json
from pathlib import Path

import torch

from attnkit.gpu import passed
from attnkit.gpu.passed import RECORDED, architecture, passed_here, passed_on

RESULTS = Path(__file__).parents[2] / "results/gpu.json"


def test_the_package_and_the_results_say_the_same():
    beside, results = (json.loads(path.read_text()) for path in (RECORDED, RESULTS))
    assert beside["passed"] == results["passed"]


def test_what_has_passed_names_its_device():
    results = json.loads(RESULTS.read_text())
    assert not results["passed"] or {"device", "driver", "versions"} <= set(results)


def test_a_kernel_passes_on_one_architecture(monkeypatch):
    record = {"passed": {"sm_90": ["walk"]}}
    assert passed_on("walk", "sm_90", record)
    assert not passed_on("walk", "sm_100", record)
    assert not passed_on("stroll", "sm_90", record)
    monkeypatch.setattr(importlib.import_module("attnkit.gpu.passed"), "_record", lambda: record)
    for capability, found in (((9, 0), ["walk"]), ((10, 0), [])):
        monkeypatch.setattr(torch.cuda, "get_device_capability", lambda _, c=capability: c)
        assert passed_here(torch.device("cuda")) == found
        assert passed("walk", torch.device("cuda")) == bool(found)


def test_an_amd_device_of_the_same_number_is_another(monkeypatch):
    monkeypatch.setattr(torch.cuda, "get_device_capability", lambda _: (9, 0))
    assert architecture(torch.device("cuda")) == "sm_90"
    monkeypatch.setattr(torch.version, "hip", "6.4")
    assert architecture(torch.device("cuda")) == "gfx_90"
