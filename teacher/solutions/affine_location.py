r"""The contents $\langle v, x_l\rangle$ are independent of the scores and have variance one, so
that the risk is the mean of $\sum_l ([l = J] - a - c s_l)^2$. Its normal equations have $1$ and
$\sqrt\nu$ on the right side, and the moments $L$, $\sqrt\nu$, $L + \nu$ in the matrix. The
determinant is $L^2 + (L - 1)\nu$. At 20 tokens and $\nu = 16$ the constant takes the risk from
0.556 to 0.540: still a sum over everything.
"""


def affine_risk(n_tokens, signal):
    determinant = n_tokens**2 + (n_tokens - 1) * signal
    return n_tokens * (n_tokens - 1) / determinant
