import numpy as np

from attnkit.explore.batches import in_batches
from attnkit.explore.presets import padded


def test_settings_that_agree_are_one_batch_and_come_back_in_their_order():
    seen = []

    def values_of(x, batch):
        seen.append((x, [setting["y"] for setting in batch]))
        return ({"sum": x + setting["y"]} for setting in batch)

    settings = [{"x": x, "y": y} for x, y in ((1, 10), (2, 20), (1, 30), (2, 40), (1, 50))]
    found = in_batches(settings, ("x",), values_of)
    assert seen == [(1, [10, 30, 50]), (2, [20, 40])]
    assert [values["sum"] for values in found] == [11, 22, 31, 42, 51]


def test_rows_are_padded_along_their_last_axis():
    assert padded(np.array([[1, 2], [3, 4]]), 3)[:, :2].tolist() == [[1, 2], [3, 4]]
    assert padded(np.array([1, 2]), 5).shape == (5,)
