r"""The score equals $\tau$ at $t = \mu \pm a$, so $\tau = -a/b$. Let $r = 1/(\alpha-1)$ and
$u = |t-\mu|/a$. Then $p = [(\alpha-1)\,a/b]^r (1-u)^r$ and mass one is
$2a\,[(\alpha-1)\,a/b]^r / (r+1) = 1$, hence $a^{r+1} = \tfrac{r+1}{2}\,[b/(\alpha-1)]^r$. The
second moment of $u$ is $(r+1)\int_0^1 u^2(1-u)^r\,du = 2/((r+2)(r+3))$, so the variance is
$2a^2/((r+2)(r+3))$; at $\alpha = 2$ the density is a triangle and this is $a^2/6$. As
$\alpha \to 1$, $r \to \infty$, $a/r \to b$, and $(1 - |t-\mu|/a)^r \to e^{-|t-\mu|/b}$: Laplace's
density, of variance $2b^2$. Since $a^{\alpha}$ is proportional to $b$ (raise the equation to the
power $\alpha - 1$), $b$ is in seconds to the power $\alpha$.
"""


def tent(width, alpha):
    power = 1 / (alpha - 1)
    half_support = ((power + 1) / 2 * (width * power) ** power) ** (1 / (power + 1))
    return half_support, 2 * half_support**2 / ((power + 2) * (power + 3))
