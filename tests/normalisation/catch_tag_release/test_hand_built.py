"""The two layers against loops and closed forms, and what each part is there for."""

import math

import pytest
import torch

from attnkit.normalisation.catch_tag_release import catch_tag_release, release_weights
from tests.normalisation.shared.edges import rows


def separators(n_tokens, *places):
    flags = torch.zeros(n_tokens, dtype=torch.bool)
    flags[list(places)] = True
    return flags


def plain(contents, flags, kappa, tag_size):
    """Both layers, one query after another, in Python numbers."""
    n, marks = len(contents), [float(flag) for flag in flags]
    tags = []
    for i in range(n):
        raised = [math.exp(kappa * marks[j]) for j in range(i + 1)]
        caught = sum(r * marks[j] for j, r in enumerate(raised)) / sum(raised)
        tags.append(tag_size * caught)
    outputs = torch.zeros_like(contents)
    for i in range(n):
        raised = [math.exp(kappa * (tags[j] - 2 * marks[j])) for j in range(i + 1)]
        for j, r in enumerate(raised):
            outputs[i] += r / sum(raised) * contents[j]
    return torch.tensor(tags, dtype=contents.dtype), outputs


@pytest.mark.parametrize("places", [(), (0,), (4,), (2, 5)])
def test_equals_the_plain_loop(places):
    contents, flags = rows(11, 3), separators(11, *places)
    result = catch_tag_release(contents, flags, 1.7, 0.8)
    tags, outputs = plain(contents, flags, 1.7, 0.8)
    torch.testing.assert_close(result.tag, tags)
    torch.testing.assert_close(result.output, outputs)


@pytest.mark.parametrize("places", [(), (4,), (2, 5)])
def test_the_last_row_has_the_closed_form(places):
    flags = separators(11, *places)
    last = catch_tag_release(rows(11, 3), flags, 2.3, 0.7).release[-1]
    torch.testing.assert_close(release_weights(flags, 2.3, 0.7), last)


def test_sharp_enough_it_is_the_mean_of_what_follows():
    contents, flags = rows(5, 13, 3), separators(13, 6).expand(5, 13)
    output = catch_tag_release(contents, flags, 20.0).output[:, -1]
    torch.testing.assert_close(output, contents[:, 7:].mean(1), atol=1e-6, rtol=0)


def test_what_stands_before_the_separator_makes_no_difference():
    contents, flags = rows(13, 3), separators(13, 6)
    other = contents.clone()
    other[:6] += 7.0
    one, two = (catch_tag_release(x, flags, 30.0).output for x in (contents, other))
    torch.testing.assert_close(one[7:], two[7:], atol=1e-10, rtol=0)
    assert (one[:6] - two[:6]).abs().min() > 1


def test_without_the_tag_it_is_the_mean_of_all_but_the_separator():
    contents, flags = rows(13, 3), separators(13, 6)
    output = catch_tag_release(contents, flags, 20.0, tag_size=0.0).output[-1]
    others = contents[~flags].mean(0)
    torch.testing.assert_close(output, others, atol=1e-6, rtol=0)


def test_a_tag_a_tenth_as_long_needs_a_second_layer_ten_times_as_sharp():
    flags = separators(13, 6)
    exact = catch_tag_release(rows(13, 3), flags, 200.0, tag_size=0.1).release[-1]
    long = catch_tag_release(rows(13, 3), flags, 20.0, tag_size=1.0).release[-1]
    torch.testing.assert_close(exact, long, atol=1e-7, rtol=0)
    short = catch_tag_release(rows(13, 3), flags, 20.0, tag_size=0.1).release[-1]
    assert short[:6].sum() > 1e5 * long[:6].sum()


@pytest.mark.parametrize("dtype", [torch.float16, torch.bfloat16])
def test_half_precision_and_autocast(dtype):
    contents, flags = rows(13, 3).to(dtype), separators(13, 6)
    half = catch_tag_release(contents, flags)
    assert half.output.dtype == half.release.dtype == dtype
    single = catch_tag_release(contents.float(), flags)
    assert torch.equal(half.output, single.output.to(dtype))
    with torch.autocast("cpu", dtype=torch.bfloat16):
        inside = catch_tag_release(contents.float(), flags)
    assert torch.equal(inside.output, single.output)


def test_length_one_and_zero_and_gradients():
    one = catch_tag_release(torch.ones(1, 3), torch.tensor([True]))
    assert one.output.tolist() == [[1.0] * 3]
    assert catch_tag_release(torch.ones(0, 3), separators(0)).output.shape == (0, 3)
    assert release_weights(separators(0)).shape == (0,)
    leaf = rows(7, 3).requires_grad_()
    flags = separators(7, 2)
    assert torch.autograd.gradcheck(lambda x: catch_tag_release(x, flags, 1.0).output, leaf)


@pytest.mark.parametrize(
    ("arguments", "error", "message"),
    [
        ({"contents": torch.full((5, 3), math.nan)}, ValueError, r"contents must .*nan"),
        ({"separators": torch.zeros(5)}, TypeError, "separators must"),
        ({"sharpness": -1.0}, ValueError, r"sharpness must be in .*-1"),
        ({"tag_size": math.inf}, ValueError, r"tag_size must be in .*inf"),
    ],
)
def test_wrong_input_is_named(arguments, error, message):
    right = {"contents": torch.zeros(5, 3), "separators": separators(5, 1)}
    with pytest.raises(error, match=message):
        catch_tag_release(**right | arguments)


def test_separators_of_another_shape_are_named():
    with pytest.raises(ValueError, match="separators"):
        catch_tag_release(torch.zeros(5, 3), separators(4, 1))
    with pytest.raises(ValueError, match="separators"):
        catch_tag_release(torch.zeros(2, 5, 3), separators(5, 1))
