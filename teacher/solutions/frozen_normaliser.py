r"""With $p/L$ kept, $\frac pL\sum_{l\le M} = \frac{pM}{L}\cdot\frac1M\sum_{l\le M}$: the head takes
a step at rate $r=pM/L$. The risk of a plain step at any rate is $S-2r+r^2/\eta_M$, where
$\eta_M$ is the best rate *at length $M$*, while $p=\eta_L$ belongs to the training:

$$R = S - 2\eta_L\frac ML + \Big(\eta_L\frac ML\Big)^2\frac1{\eta_M},\qquad
\frac1{\eta_M} = 1+\frac{d+1+\sigma^2d}{M}.$$

It is worse than answering 0 as soon as $r>2\eta_M$: at little more than twice the length of
training, since both rates are near one. From there it grows like $(M/L)^2$. A layer that divides
by the length at hand only keeps its rate $\eta_L$ and loses almost nothing.
"""


def frozen_risk(d, n_trained, n_tested, noise_variance):
    """The quadratic of length M at the rate that length L has left."""
    spread = d + 1 + noise_variance * d
    rate = n_tested / (n_trained + spread)
    return 1 + noise_variance - 2 * rate + rate**2 * (1 + spread / n_tested)
