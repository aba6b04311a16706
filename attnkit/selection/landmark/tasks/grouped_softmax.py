"""Share a row out over recent keys and blocks behind landmarks."""

import torch

from attnkit.coursework import Task, compare, law

__all__ = ["GROUPED_SOFTMAX"]


def rows(generator, variant):
    """Recent scores, landmarks, and scores in blocks."""
    for n_recent, n_blocks, size in ((1, 1, 2), (3, 2, 5), (4, variant["n_blocks"], 3)):
        drawn = [(n_recent,), (n_blocks,), (n_blocks, size)]
        made = [2 * torch.randn(s, generator=generator, dtype=torch.float64) for s in drawn]
        yield dict(zip(("recent", "landmarks", "scores"), made, strict=True))


def both(answer, recent, landmarks, scores):
    near, far = answer(recent, landmarks, scores)
    return near, far


@law("one row", "All weights together sum to one, and a landmark has none.", cases=rows)
def one_row(answer, recent, landmarks, scores):
    near, far = both(answer, recent, landmarks, scores)
    return compare.against(near.sum() + far.sum(), 1.0, what="the sum of all weights")


@law("inside a block", "Two keys of a block share as their own scores say.", cases=rows)
def inside_a_block(answer, recent, landmarks, scores):
    far = both(answer, recent, landmarks, scores)[1].log()
    wanted = scores[:, 1:] - scores[:, :1]
    return compare.against(far[:, 1:] - far[:, :1], wanted, what="the log odds inside a block")


@law("one voice", "A block gets as much beside a recent key as its landmark says.", cases=rows)
def one_voice(answer, recent, landmarks, scores):
    near, far = both(answer, recent, landmarks, scores)
    odds = far.sum(-1).log() - near[0].log()
    return compare.against(odds, landmarks - recent[0], what="the log odds of blocks")


@law("nothing lost", "One landmark for each block gives softmax over all keys.", cases=rows)
def nothing_lost(answer, recent, landmarks, scores):
    near, far = both(answer, recent, scores.logsumexp(-1), scores)
    wanted = torch.cat([recent, scores.flatten()]).softmax(-1)
    found = torch.cat([near, far.flatten()])
    return compare.against(found, wanted, what="the weights at the best landmarks")


GROUPED_SOFTMAX = Task(
    name="grouped-softmax",
    title="A softmax in two stages",
    kind="implement",
    difficulty=2,
    minutes=25,
    statement=r"""
A query sees some recent keys and {n_blocks} blocks, say, each behind a landmark. Recent keys and
landmarks share one softmax; what a landmark gets is shared out inside its block by the block's own
softmax. Write it without anything of attnkit as `share_out(recent, landmarks, scores)`, for scores
of the recent keys (key,), landmarks (block,) and scores (block, key), and return two tensors:
weights of the recent keys (key,) and of the blocks (block, key).
""",
    hints=(
        "Which numbers stand in the first softmax, and how many are they?",
        "The second softmax is one for each block, and knows nothing of the landmark.",
        "Cut the first softmax in two, and let its second part multiply rows.",
    ),
    placeholder='''
def share_out(recent, landmarks, scores):
    """Weights (key,) of recent keys and (block, key) of keys behind landmarks."""
    return torch.full_like(recent, float("nan")), torch.full_like(scores, float("nan"))
''',
    laws=(one_row, inside_a_block, one_voice, nothing_lost),
    variants={"n_blocks": (3, 5, 7)},
    library={},
)
