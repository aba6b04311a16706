"""Real series: what they are, and what is said when a file is missing, damaged or elsewhere."""

import importlib.util
import socket
import sys
from types import SimpleNamespace

import numpy as np
import pytest
import torch

from attnkit.data import gestures, uwave

needs_aeon = pytest.mark.skipif(not importlib.util.find_spec("aeon"), reason="aeon is missing")
HEADER = "@problemName PickupGestureWiimoteZ\n@data\n"


@pytest.fixture(autouse=True)
def no_network(monkeypatch):
    def refuse(*_):
        raise AssertionError("the network was asked for something")

    monkeypatch.setattr(socket, "socket", refuse)
    monkeypatch.setattr(socket, "getaddrinfo", refuse)


@pytest.fixture
def aeon_folder(tmp_path, monkeypatch):
    """An aeon whose files can be damaged."""
    folder = tmp_path / "aeon" / "datasets" / "data" / "PickupGestureWiimoteZ"
    folder.mkdir(parents=True)
    for part in ("TRAIN", "TEST"):
        (folder / f"PickupGestureWiimoteZ_{part}.ts").write_text(HEADER + "1.0,0.5,0.25:3\n")
    spec = SimpleNamespace(origin=str(tmp_path / "aeon" / "__init__.py"))
    monkeypatch.setattr("attnkit.data.bundled.importlib.util.find_spec", lambda name: spec)
    return folder


@needs_aeon
def test_gestures_are_a_hundred_series_of_unequal_length():
    series, labels = gestures()
    lengths = {len(one) for one in series}
    assert len(series) == len(labels) == 100
    assert (min(lengths), max(lengths)) == (29, 361)
    assert sum(len(one) for one in series) == 14571
    assert all(one.dtype == torch.float64 and one.isfinite().all() for one in series)
    assert labels.bincount().tolist() == [0] + [10] * 10


@needs_aeon
@pytest.mark.filterwarnings("ignore")
def test_gestures_are_those_of_aeons_own_loader():
    code = pytest.importorskip("aeon.datasets")
    theirs, labels = code.load_pickup_gesture_wiimoteZ()
    series, ours = gestures()
    assert all(np.array_equal(a.numpy(), b[0]) for a, b in zip(series, theirs, strict=True))
    assert ours.tolist() == [int(label) for label in labels]


def test_gestures_read_the_train_part_first(aeon_folder):
    (aeon_folder / "PickupGestureWiimoteZ_TEST.ts").write_text(HEADER + "2.0,1.5:7\n\n")
    series, labels = gestures()
    assert [one.tolist() for one in series] == [[1.0, 0.5, 0.25], [2.0, 1.5]]
    assert labels.tolist() == [3, 7]


def test_gestures_without_aeon_say_how_to_install_it(monkeypatch):
    monkeypatch.setitem(sys.modules, "aeon", None)
    monkeypatch.setattr("attnkit.data.bundled.importlib.util.find_spec", lambda name: None)
    with pytest.raises(ModuleNotFoundError, match=r'pip install "attnkit\[data\]"'):
        gestures()


def test_gestures_without_their_file_say_which(aeon_folder):
    (aeon_folder / "PickupGestureWiimoteZ_TEST.ts").unlink()
    with pytest.raises(FileNotFoundError, match=r"lacks PickupGestureWiimoteZ_TEST\.ts"):
        gestures()


@pytest.mark.parametrize(
    "text", ["", HEADER, HEADER + "1.0,x:3", HEADER + "1.0,2.0", HEADER + "1,nan:3", "\0\1"]
)
def test_damaged_gestures_are_refused(aeon_folder, text):
    (aeon_folder / "PickupGestureWiimoteZ_TRAIN.ts").write_text(text)
    with pytest.raises(ValueError, match=r"PickupGestureWiimoteZ_TRAIN\.ts is damaged"):
        gestures()


def test_reading_works_from_a_read_only_folder_and_leaves_nothing(aeon_folder, tmp_path):
    before = sorted(tmp_path.rglob("*"))
    aeon_folder.chmod(0o555)
    gestures()
    assert sorted(tmp_path.rglob("*")) == before


@pytest.fixture
def npz(tmp_path):
    """Save arrays as a uWave file, five series of eleven samples unless told otherwise."""

    def save(**changes):
        values = np.arange(5 * 3 * 11, dtype=np.float32).reshape(5, 3, 11)
        arrays = {"X": values, "y": np.array([1, 2, 3, 5, 8], dtype=np.int8)} | changes
        np.savez(tmp_path / "waves.npz", **{k: v for k, v in arrays.items() if v is not None})
        return tmp_path / "waves.npz"

    return save


def test_uwave_puts_time_before_axes(npz):
    series, labels = uwave(npz())
    assert series.shape == (5, 11, 3)
    assert series[2, 7].tolist() == [2 * 33 + 7, 2 * 33 + 18, 2 * 33 + 29]
    assert labels.tolist() == [1, 2, 3, 5, 8]
    assert series.is_contiguous()


def test_uwave_names_a_file_that_is_not_there(tmp_path):
    for path in (tmp_path / "none.npz", tmp_path):
        with pytest.raises(FileNotFoundError, match=r"path must be an \.npz file"):
            uwave(path)


@pytest.mark.parametrize("keep", [0, 10, 200, 700])
def test_uwave_refuses_a_file_cut_short(npz, keep):
    path = npz()
    path.write_bytes(path.read_bytes()[:keep])
    with pytest.raises(ValueError, match=r"waves\.npz"):
        uwave(path)


def test_uwave_refuses_a_flipped_byte(npz):
    path = npz()
    damaged = bytearray(path.read_bytes())
    damaged[300] ^= 0xFF
    path.write_bytes(bytes(damaged))
    with pytest.raises(ValueError, match=r"waves\.npz"):
        uwave(path)


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"y": None}, "X and y"),
        ({"X": np.zeros((5, 11, 3), np.float32)}, r"got \(5, 11, 3\) and \(5,\)"),
        ({"y": np.zeros(7, np.int8)}, r"got \(5, 3, 11\) and \(7,\)"),
        ({"y": np.zeros(5)}, "integers, got float64"),
        ({"X": np.full((5, 3, 11), np.nan)}, "finite"),
        ({"X": np.array([object()])}, "X and y"),
        ({"X": np.full((5, 3, 11), 1e300)}, "finite in float32"),
        ({"y": np.full(5, 2**63, np.uint64)}, "fit int64, got 9223372036854775808"),
    ],
)
def test_uwave_refuses_other_contents(npz, changes, message):
    with pytest.raises(ValueError, match=message):
        uwave(npz(**changes))


def test_uwave_refuses_a_single_array(tmp_path):
    np.save(tmp_path / "one.npy", np.zeros(3))
    with pytest.raises(ValueError, match=r"one\.npy"):
        uwave(tmp_path / "one.npy")
