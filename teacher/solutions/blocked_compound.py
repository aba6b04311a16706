r"""Let $e$ be the error of the trial to come. A trial with A alone multiplies it by $1-b$; after
$m$ of them the compound starts with $e = (1-b)^m$, because B still has no weight. A compound
trial moves the weights by $b\,e\,(1, s)$, which answers the compound with $b\,e\,(1+s^2)$: the
error shrinks by $1-b(1+s^2)$. What B's weight gains in all is $s/(1+s^2)$ of the error removed,
and a probe of B asks with $s$:

$$V_B = \frac{s^2}{1+s^2}\,(1-b)^m\,\Big(1-\big(1-b(1+s^2)\big)^n\Big).$$

With $s=1$ it is the chapter's formula. A loud B takes nearly all of what is left to explain, but
only of what is left: it can't exceed $(1-b)^m$. So no, blocking is not a matter of salience.
"""


def blocked_strength(first, second, rate, salience):
    """B's share of the error that the first phase has left and the second removes."""
    length = 1 + salience**2
    left = (1 - rate) ** first
    removed = 1 - (1 - rate * length) ** second
    return salience**2 / length * left * removed
