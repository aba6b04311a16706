"""Records: a memory is known wherever memories are compared because its folder says so."""

import math
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import torch

import attnkit
from attnkit.memory import delta_rule, theory
from attnkit.memory.shared.records import animals, memories, settings
from attnkit.memory.shared.unit_vectors import seeded, unit_vectors

NEWCOMER = '''"""A memory of nothing but the last pair."""

from attnkit.memory.linear import linear_attention, recurrent_linear_attention
from attnkit.memory.linear.animals import Hebb
from attnkit.memory.shared.records import Memory, Setting

LAST = Memory("last pair", linear_attention, recurrent_linear_attention, gates=("log_decay",),
              animals={"goldfish": Hebb()})
ONE = Setting("last", "the last pair", LAST, gates={"log_decay": -40.0},
              measured=("capacity", "forgetting", "digits"))
'''
ASK = """
from attnkit.memory.capacity.recall import MEMORIES
from attnkit.memory.conditioning import ANIMALS
from attnkit.memory.digits import RULES
from attnkit.memory.forgetting.experiments import FORGETTING
from attnkit.memory.shared.records import memories
rules = {case["rule"] for case in FORGETTING.cases["quick"]}
lists = (MEMORIES, RULES, rules)
print("last pair" in memories(), "goldfish" in ANIMALS, *("last" in each for each in lists))
"""


def test_a_folder_dropped_in_is_known_everywhere(tmp_path):
    source = Path(attnkit.__file__).parent
    shutil.copytree(source, tmp_path / "attnkit", ignore=shutil.ignore_patterns("__pycache__"))
    folder = tmp_path / "attnkit" / "memory" / "last_pair"
    folder.mkdir()
    (folder / "__init__.py").touch()
    (folder / "memories.py").write_text(NEWCOMER)
    (folder / "card.toml").write_text("order = 99\n")
    told = subprocess.run(
        [sys.executable, "-c", ASK], cwd=tmp_path, capture_output=True, text=True, check=True
    )
    assert told.stdout.split() == ["True"] * 5


def test_names_say_the_order_of_the_cards():
    assert list(memories())[:2] == ["linear", "normalised"]
    assert list(memories())[-1] == "momentum"
    assert list(animals())[:4] == ["Hebb", "running mean", "Hebb with decay", "delta"]


def test_the_best_decay_is_that_of_the_theory():
    gates = settings("forgetting")["decaying"].gates
    assert gates["log_decay"] == pytest.approx(math.log(theory.best_retention(16)), rel=1e-15)


def test_a_setting_stores_as_its_memory_does():
    keys, values = (unit_vectors(11, 5, generator=seeded(s)) for s in range(2))
    setting = settings("digits")["delta, twenty passes"]
    long = (torch.cat([t] * 20) for t in (keys, values))
    keys_of_all, values_of_all = long
    rate = torch.ones_like(keys_of_all[:, 0])
    _, wanted = delta_rule(keys_of_all, keys_of_all, values_of_all, rate)
    torch.testing.assert_close(setting.state(keys, values), wanted)
    torch.testing.assert_close(setting.state(3 * keys, values), wanted / 3)
