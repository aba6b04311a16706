r"""Asked with $k_j+\xi$, the memory answers $v_j + \sum_{i\ne j}(k_i\cdot k_j)v_i +
\sum_i (k_i\cdot\xi)\,v_i$. The two sums are uncorrelated, because $\xi$ has mean zero and is
independent of the keys. The first has power $(n-1)/d$; in the second *every* key takes part, each
with mean square overlap $s^2/d$: power $s^2n/d$. So

$$\varepsilon^2 = \frac{n-1}{d}+\frac{s^2n}{d}\quad\Longrightarrow\quad
n = \frac{1+\varepsilon^2d}{1+s^2}.$$

Noise of the same power as the key halves the capacity, at every width. One more pair costs
$(1+s^2)/d$; the same is lost by a noise larger by $(1+s^2)/n$.
"""


def pairs_held(d_key, tolerance, query_noise):
    """Solve (n - 1)/d + s^2 n/d = tolerance^2."""
    return (1 + tolerance**2 * d_key) / (1 + query_noise)
