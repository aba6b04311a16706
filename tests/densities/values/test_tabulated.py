"""Tables read between their entries: numpy's interpolation, gradients, images, bad input."""

import math

import numpy as np
import pytest
import torch

from attnkit.densities.values.tabulated import PixelValues, TabulatedValues


def random(*shape, seed=0):
    return torch.rand(*shape, generator=torch.Generator().manual_seed(seed), dtype=torch.float64)


def test_a_table_is_read_as_numpy_reads_it():
    samples, points = random(2, 3, 13, 2), 4 * random(2, 3, 17, seed=1) - 1
    found = TabulatedValues(samples, domain=(-0.5, 2.0))(points)
    grid = np.linspace(-0.5, 2.0, 13)
    for place in np.ndindex(2, 3):
        for feature in range(2):
            column = samples[place][:, feature].numpy()
            wanted = np.interp(points[place].numpy(), grid, column)
            np.testing.assert_allclose(found[place][:, feature].numpy(), wanted, atol=1e-12)


def test_tables_may_share_their_points_and_points_their_table():
    samples, points = random(5, 13, 2), random(7, seed=1)
    shared = TabulatedValues(samples)(points)
    torch.testing.assert_close(shared, TabulatedValues(samples)(points.expand(5, 7)))
    torch.testing.assert_close(shared[3], TabulatedValues(samples[3])(points))
    many = random(5, 7, seed=2)
    torch.testing.assert_close(
        TabulatedValues(samples[3])(many)[2], TabulatedValues(samples[3])(many[2])
    )


def test_a_table_differentiates_in_points_and_samples():
    samples, points = random(2, 7, 3).requires_grad_(), random(2, 5, seed=1).requires_grad_()
    assert torch.autograd.gradcheck(lambda s, p: TabulatedValues(s)(p), (samples, points))


def test_every_pixel_is_read_at_its_centre_and_outside_is_the_nearest():
    image = random(2, 5, 7, 3)
    rows, columns = (torch.arange(5) + 0.5) / 5, (torch.arange(7) + 0.5) / 7
    centres = torch.cartesian_prod(rows, columns).double()
    found = PixelValues(image)(centres)
    torch.testing.assert_close(found, image.flatten(1, 2))
    corners = torch.tensor([[-1.0, 2.0], [1.0, 0.0]], dtype=torch.float64)
    torch.testing.assert_close(PixelValues(image[0])(corners), image[0, [0, 4], [6, 0]])


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: TabulatedValues(torch.zeros(1, 3)), "at least 2 times"),
        (lambda: TabulatedValues(torch.full((3, 2), math.nan)), "samples must hold finite"),
        (lambda: TabulatedValues(torch.zeros(3, 2), domain=(1.0, 1.0)), "domain must be finite"),
        (lambda: PixelValues(torch.zeros(0, 3, 1)), "image must have pixels"),
        (lambda: PixelValues(torch.full((3, 2, 1), math.inf)), "image must hold finite"),
    ],
)
def test_bad_tables_are_named(make, message):
    with pytest.raises(ValueError, match=message):
        make()


TABLES = [
    (TabulatedValues(torch.arange(3.0)[:, None]), torch.tensor([0.2, 0.9])),
    (PixelValues(torch.arange(4.0).reshape(2, 2, 1)), torch.tensor([[0.2, 0.9], [0.6, 0.1]])),
]


@pytest.mark.parametrize(("table", "points"), TABLES)
def test_points_are_floating_and_finite(table, points):
    with pytest.raises(TypeError, match="points must have a floating-point dtype"):
        table(points.long())
    for bad in (math.nan, math.inf):
        given = points.clone()
        given.view(-1)[-1] = bad
        with pytest.raises(ValueError, match="points must hold finite numbers"):
            table(given)


@pytest.mark.parametrize(("table", "points"), TABLES)
@pytest.mark.parametrize("dtype", [torch.bfloat16, torch.float16])
def test_half_precision_points_are_placed_in_float32(table, points, dtype):
    found = table(points.to(dtype))
    assert found.dtype == dtype
    assert torch.equal(found, table(points.to(dtype).float()).to(dtype))


def test_half_precision_finds_its_row_among_a_thousand():
    """In bfloat16 itself every eighth row would be the nearest from 1,024 rows on."""
    samples = torch.arange(3001.0)[:, None]
    points = torch.tensor([0.7109375]).bfloat16()
    assert TabulatedValues(samples / 3000)(points).item() == pytest.approx(0.7109375)


def test_batches_that_do_not_fit_are_named():
    with pytest.raises(ValueError, match=r"points must have leading dimensions .* the tables"):
        TabulatedValues(torch.zeros(3, 5, 2))(torch.zeros(2, 7))
    with pytest.raises(ValueError, match=r"points must have leading dimensions .* the images"):
        PixelValues(torch.zeros(3, 5, 7, 2))(torch.zeros(2, 7, 2))
