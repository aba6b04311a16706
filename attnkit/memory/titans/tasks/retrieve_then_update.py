"""Segments that retrieve, attend and update: in which order does nobody hear the future?"""

import torch

from attnkit.coursework import Task, compare, law
from attnkit.memory.shared.tasks.sequences import sequences

__all__ = ["RETRIEVE_THEN_UPDATE"]


def _segments(generator, variant):
    """Sequences with a last segment that is shorter, and whole ones."""
    for n_tokens, segment in ((2, 2), (7, 3), (variant["n_tokens"], variant["segment"])):
        yield sequences(generator, n_tokens, 5, 3) | {"segment": segment}


def _later_changed(generator, variant):
    """Two sequences that differ in one token, within a segment and at its end."""
    for case in _segments(generator, variant):
        n_tokens, segment = len(case["keys"]), case["segment"]
        for place in {1, min(segment, n_tokens) - 1, n_tokens - 1}:
            yield case | {"place": place}


def _one_segment(generator, variant):
    for case in _segments(generator, variant):
        yield case | {"segment": len(case["keys"])}


@law("nothing of the future", "A change of a token changes no output before it.",
     cases=_later_changed)  # fmt: skip
def _causal(answer, *, queries, keys, values, segment, place):
    changed = [t.clone() for t in (queries, keys, values)]
    for tensor in changed:
        tensor[place] = 2 - tensor[place]
    before, after = answer(queries, keys, values, segment), answer(*changed, segment)
    return compare.against(after[:place], before[:place], what="earlier outputs")


@law("no memory yet", "In the first segment there is attention and nothing else.",
     cases=_one_segment)  # fmt: skip
def _first(answer, *, queries, keys, values, segment):
    wanted = _attended(queries, keys, values)
    reads = answer(queries, keys, values, segment)
    return compare.against(reads, wanted, what="the first segment's output")


@law("segment by segment", "Each token reads all earlier segments, and attends in its own.",
     cases=_segments)  # fmt: skip
def _whole(answer, *, queries, keys, values, segment):
    """The same as one mask over all pairs: earlier segments linearly, one's own by softmax."""
    place = torch.arange(len(keys)) // segment
    scores = queries @ keys.mT
    read = (scores * (place[:, None] > place)) @ values
    own = (place[:, None] == place).tril()
    wanted = read + scores.masked_fill(~own, -torch.inf).softmax(-1) @ values
    return compare.against(answer(queries, keys, values, segment), wanted, what="the output")


def _attended(queries, keys, values):
    causal = torch.ones(len(keys), len(keys), dtype=torch.bool).tril()
    return (queries @ keys.mT).masked_fill(~causal, -torch.inf).softmax(-1) @ values


RETRIEVE_THEN_UPDATE = Task(
    name="retrieve-then-update",
    title="Retrieve, attend, update",
    kind="implement",
    difficulty=2,
    minutes=25,
    statement=r"""
The smallest memory beside attention. Write `remember_and_attend(queries, keys, values, segment)`
without anything of attnkit. Cut the sequence into segments of `segment` tokens, the last one
shorter if need be. A memory $M$ starts empty and sums $k_t v_t^\top$; each segment does three
things with it, in an order that you choose: *retrieve* $M^\top q_t$ for each of its tokens;
*attend* causally within the segment, softmax of $q_t \cdot k_s$ without a scale; *update* $M$ with
all its pairs. The output of a token is what it retrieved plus what it attended to. No output may
depend on a later token. Run it on {n_tokens} tokens in segments of {segment}, then choose another
order on purpose: how early does a change of the last token show?
""",
    hints=(
        "Which pairs should the memory hold when the first token of a segment asks it?",
        "If a segment writes before it asks, its first token is answered by its last one.",
        "Own pairs are heard through attention alone, earlier ones through the memory alone.",
    ),
    placeholder='''
def remember_and_attend(queries, keys, values, segment):
    """Retrieved plus attended, (time, value), segment by segment."""
    return torch.full_like(values, float("nan"))
''',
    laws=(_causal, _first, _whole),
    library={},
    variants={"n_tokens": (17, 19, 23), "segment": (4, 5, 6)},
)
