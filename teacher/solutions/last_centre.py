r"""At the peak the slopes of the parabolas cancel: $\sum_k (p - m_k)/w_k^2 + (p - m)/w^2 = 0$, so
that $m = p + w^2 \sum_k (p - m_k)/w_k^2$. The wider the last one, the further it has to stand
away, as the square of its width. Seen from there its slope is nearly the same everywhere: it
multiplies by an exponential, which is what softmax does.
"""


def last_centre(centres, widths, last_width, peak):
    pull = ((peak - centres) / widths**2).sum()
    return peak + last_width**2 * pull
