r"""One head contributes $\mathrm{relu}(s)^2|k|^2$ with $s \sim N(0,\sigma^2)$. By symmetry
$E\,\mathrm{relu}(s)^2 = \sigma^2/2$ and $E\,\mathrm{relu}(s)^4 = 3\sigma^4/2$, so the variance is
$\tfrac54\sigma^4$, five times the square of the mean. The mean of $M$ heads has the relative error
$\sqrt{5/M}$: one per cent takes 50,000 heads. $\sigma$ and $|k|$ cancel, which is why query and
key do not matter. The rate is the law of large numbers; the constant is what practitioners miss.
"""


def relative_error(n_heads):
    return (5 / n_heads) ** 0.5
