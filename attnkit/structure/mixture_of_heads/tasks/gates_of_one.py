"""Gate the heads of a token so that nothing changes in the mean."""

import torch

from attnkit.coursework import Task, compare, law

__all__ = ["GATES_OF_ONE"]


def routers(generator, variant):
    """Scores of shared and routed heads with the number that are chosen."""
    for n_shared, n_routed in ((1, 3), (2, 5), (3, variant["n_routed"])):
        drawn = torch.randn(4, n_shared + n_routed, generator=generator, dtype=torch.float64)
        shared, routed = drawn[:, :n_shared], drawn[:, n_shared:]
        for n_active in (1, 2, n_routed):
            yield {"shared": shared, "routed": routed, "n_active": n_active}


@law(
    "as many as are on",
    "Shared heads and the chosen ones are on, all others exactly off.",
    cases=routers,
)
def as_many_as_are_on(answer, shared, routed, n_active):
    on = (answer(shared, routed, n_active) != 0).double().sum(-1)
    wanted = torch.full_like(on, shared.shape[-1] + n_active)
    return compare.against(on, wanted, what="the number of heads that are on")


@law("nothing chosen", "Equal scores and every head on give one everywhere.", cases=routers)
def nothing_chosen(answer, shared, routed, n_active):
    gates = answer(torch.zeros_like(shared), torch.zeros_like(routed), routed.shape[-1])
    return compare.against(gates, torch.ones_like(gates), what="the gates")


@law(
    "one in the mean",
    "The shared heads' gates have the mean one, and so have those of the chosen heads.",
    cases=routers,
)
def one_in_the_mean(answer, shared, routed, n_active):
    gates, n_shared = answer(shared, routed, n_active), shared.shape[-1]
    means = torch.stack([gates[:, :n_shared].mean(-1), gates[:, n_shared:].sum(-1) / n_active])
    return compare.against(
        means, torch.ones_like(means), what="the mean of the shared and of the chosen gates"
    )


@law("odds", "Two heads that are on have gates in the ratio of e to their scores.", cases=routers)
def odds(answer, shared, routed, n_active):
    gates, n_shared = answer(shared, routed, n_active), shared.shape[-1]
    places = routed.topk(n_active, -1).indices
    for part, scores in (
        (gates[:, :n_shared], shared),
        (gates[:, n_shared:].gather(-1, places), routed.gather(-1, places)),
    ):
        logs = part.clamp_min(1e-300).log()
        told = compare.against(
            logs - logs[:, :1], scores - scores[:, :1], what="the log odds of two heads that are on"
        )
        if told:
            return told
    return None


GATES_OF_ONE = Task(
    name="gates-of-one",
    title="Gates that are one in the mean",
    kind="implement",
    difficulty=1,
    minutes=20,
    statement=r"""
A token hears its shared heads and the best `n_active` of its routed ones. Within each of the two
groups gates are in proportion to $e$ to the scores. They are to change nothing in the mean: the
gates of the heads that are on have the mean one, in each group. Write
`gates_of(shared, routed, n_active)`, shared heads first, without anything of attnkit; {n_routed}
routed heads, say.
""",
    hints=(
        "What is the mean of a softmax over n heads?",
        "Which heads does the denominator of a chosen head's share run over?",
        "Leave out by a score of minus infinity, then multiply by how many are on.",
    ),
    placeholder='''
def gates_of(shared, routed, n_active):
    """Gates (token, shared + routed) of scores (token, shared) and (token, routed)."""
    return torch.cat([shared, routed], -1) * float("nan")
''',
    laws=(as_many_as_are_on, nothing_chosen, one_in_the_mean, odds),
    variants={"n_routed": (4, 6, 7)},
    library={},
)
