"""Flow out of sources once every sink takes one in all."""

import torch

from attnkit.coursework import Task, compare, law

__all__ = ["EVERY_SINK_TAKES_ONE"]


def _pipes(generator, variant):
    """One sink and many; never as many sinks as sources but once."""
    sizes = ((1, 3), (2, 2), (variant["n_sinks"], variant["n_sources"]))
    for n_sinks, n_sources in sizes:
        drawn = torch.rand(n_sinks, n_sources, generator=generator, dtype=torch.float64)
        yield {"pipes": 0.1 + 3 * drawn}


@law("all is taken", "All sources together send as much as there are sinks.", cases=_pipes)
def _total(answer, *, pipes):
    total = answer(pipes).sum()
    return compare.against(total, torch.full_like(total, len(pipes)), what="the sum of the flows")


@law("a wider sink", "A sink whose pipes are all three times as wide takes no more.", cases=_pipes)
def _wider(answer, *, pipes):
    wide = pipes.clone()
    wide[0] *= 3
    return compare.against(answer(wide), answer(pipes), what="the flows with a wider sink")


@law("order", "Sources in another order send what they sent.", cases=_pipes)
def _order(answer, *, pipes):
    return compare.against(answer(pipes.flip(1)), answer(pipes).flip(0), what="the flows")


@law("one by one", "It is the sum of what each source sends to each sink.", cases=_pipes)
def _one_by_one(answer, *, pipes):
    wanted = torch.zeros(pipes.shape[1], dtype=pipes.dtype)
    for sink in pipes:
        for j in range(len(sink)):
            wanted[j] += sink[j] / sum(sink.tolist())
    return compare.against(answer(pipes), wanted, what="the flows")


EVERY_SINK_TAKES_ONE = Task(
    name="every-sink-takes-one",
    title="Every sink takes one",
    kind="implement",
    difficulty=1,
    minutes=15,
    statement=r"""
Pipes of capacities $C_{{ij}} > 0$ lead from source $j$ to sink $i$. Now every sink takes exactly
one in all, through its pipes in proportion to their capacity. Write `sent_by_sources(pipes)`, what
each source (source,) sends then, of capacities (sink, source). Without anything of attnkit. Try
{n_sinks} sinks and {n_sources} sources: what is the mean over sources, and what would a clamp at
one cut?
""",
    hints=(
        "How much of the one that a sink takes comes through each of its pipes?",
        "Make each sink's pipes into shares before you look at any source.",
        "Two sums along different axes: the first divides, the second collects.",
    ),
    placeholder='''
def sent_by_sources(pipes):
    """What each source (source,) sends when every sink takes one."""
    return torch.full((pipes.shape[1],), float("nan"), dtype=pipes.dtype)
''',
    laws=(_total, _wider, _order, _one_by_one),
    library={},
    variants={"n_sinks": (5, 7, 11), "n_sources": (6, 9, 13)},
)
