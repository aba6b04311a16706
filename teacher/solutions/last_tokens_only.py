r"""Token $i$ sees the keys from $\max(0, i - w + 1)$ to $i$, both included: $w$ of them once the
window is full. What is kept for the next token are the last $w - 1$ pairs, and $w$ with the
token's own: a number that does not grow with the sequence, $w\,(d_k + d_v)$, for a million tokens
too.

The mistakes are all of one token: a window of $w$ *earlier* tokens, one that leaves the token
itself out, one that looks both ways. A window of one and a window of all tell them apart."""


def window_attention(queries, keys, values, window):
    """A band of scores: not ahead, not too far back."""
    scores = queries @ keys.mT / keys.shape[-1] ** 0.5
    seen = scores.new_ones(scores.shape).tril().triu(1 - window) > 0
    return scores.masked_fill(~seen, float("-inf")).softmax(-1) @ values
