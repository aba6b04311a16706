import numpy as np

from attnkit.explore.wire import packed, unpacked

VALUES = {
    "row": np.array([0.1, np.nan, -np.inf]),
    "number": 1 / 3,
    "none": np.zeros(0),
    "matrix": np.arange(15.0).reshape(3, 5) / 7,
    "after": np.array([1e300, 5e-324]),
}


def test_arrays_come_back_from_bytes():
    about, arrays = unpacked(packed(VALUES, question=7, refusal="α\nβ"))
    assert about == {"question": 7, "refusal": "α\nβ"}
    assert list(arrays) == list(VALUES)
    for name, value in VALUES.items():
        wanted = np.float32(value) if np.ndim(value) > 1 else np.float64(value)
        np.testing.assert_array_equal(arrays[name], wanted)
        assert arrays[name].dtype == wanted.dtype


def test_every_array_starts_where_a_script_can_read_it():
    """A Float64Array must begin at a multiple of eight bytes."""
    for words in ("", "a", "ab", "abc", "abcdefg"):
        message = packed({"odd": np.float32(np.ones((1, 1))), "row": np.ones(2)}, words=words)
        assert message.endswith(np.ones(2).tobytes())
        assert len(message) % 8 == 0
