r"""The numerator is $((1+z)^2 + 1)/2$: lowest at $z = -1$, where it is a half, and growing from
there on. One key stands at B, its rivals as low as they may: at $-1$ where that lies within the
bound, else at $-B$. So the odds are $((1+B)^2 + 1)/(n-1)$ for $B \ge 1$: they grow as a square
where those of softmax grow as $e^{2B}$. At $B = 4$ one half is lost from 28 keys on.
"""


def sharpest(n_keys, reach):
    highest = ((1 + reach) ** 2 + 1) / 2
    lowest = ((1 - min(reach, 1.0)) ** 2 + 1) / 2
    return highest / (highest + (n_keys - 1) * lowest)
