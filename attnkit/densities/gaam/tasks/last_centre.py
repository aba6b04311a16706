"""Put the peak of a product of Gaussians where it is wanted."""

import torch

from attnkit.coursework import Task, compare, law

__all__ = ["LAST_CENTRE"]


def wishes(generator, variant):
    """Centres and widths that are given, the width of one more, and the peak that is wanted."""
    for n in (1, 2, variant["n_given"]):
        centres = 2 * torch.randn(n, generator=generator, dtype=torch.float64)
        widths = 0.3 + 2 * torch.rand(n, generator=generator, dtype=torch.float64)
        last, peak = 0.3 + torch.rand((), generator=generator).item(), centres[0].item() + 1.5
        yield {"centres": centres, "widths": widths, "last_width": last, "peak": peak}


@law("where all agree", "If all others stand at the peak, so does the last.", cases=wishes)
def where_all_agree(answer, centres, widths, last_width, peak):
    found = answer(torch.full_like(centres, peak), widths, last_width, peak)
    return compare.against(found, peak, what="the last centre")


@law("moved together", "Others and peak moved by two move the last centre by two.", cases=wishes)
def moved_together(answer, centres, widths, last_width, peak):
    here = answer(centres.clone(), widths, last_width, peak)
    there = answer(centres + 2, widths, last_width, peak + 2)
    return compare.against(there, here + 2, what="the moved centre")


@law("wider by a factor", "All widths three times as large change nothing.", cases=wishes)
def wider_by_a_factor(answer, centres, widths, last_width, peak):
    here = answer(centres, widths.clone(), last_width, peak)
    there = answer(centres, 3 * widths, 3 * last_width, peak)
    return compare.against(there, here, what="the centre among wider Gaussians")


@law("level at the peak", "The product's slope is zero at the peak.", cases=wishes)
def level_at_the_peak(answer, centres, widths, last_width, peak):
    last = torch.as_tensor(answer(centres, widths, last_width, peak), dtype=torch.float64)
    place = torch.tensor(peak, dtype=torch.float64, requires_grad=True)
    given = torch.distributions.Normal(centres, widths).log_prob(place).sum()
    more = torch.distributions.Normal(last, last_width).log_prob(place)
    (slope,) = torch.autograd.grad(given + more, place)
    return compare.against(slope, 0.0, what="the slope at the peak")


LAST_CENTRE = Task(
    name="last-centre",
    title="Where must the last Gaussian stand?",
    kind="derive",
    difficulty=1,
    minutes=20,
    statement=r"""
A head multiplies {n_given} Gaussians of given centres and widths, and one more of width
`last_width`. Where must that one stand for the product to peak at `peak`? Write
`last_centre(centres, widths, last_width, peak)` without anything of attnkit. Then make the last one
wide: why does it have to go far away, and what does the product look like from there?
""",
    hints=(
        "The logarithm of a product is a sum, and each term is a parabola.",
        "At the peak the slopes of all the parabolas cancel each other.",
        "Each parabola pulls with its distance over the square of its width; solve for the last.",
    ),
    placeholder='''
def last_centre(centres, widths, last_width, peak):
    """Centre of a Gaussian that makes its product with the others peak at `peak`."""
    return float("nan")
''',
    laws=(where_all_agree, moved_together, wider_by_a_factor, level_at_the_peak),
    variants={"n_given": (3, 4, 6)},
    library={},
    autograd=False,
)
