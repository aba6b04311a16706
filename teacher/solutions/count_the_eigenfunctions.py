r"""Homogeneous polynomials of degree $\ell$ in $d$ variables: $\binom{\ell+d-1}{\ell}$. On the
sphere those of degree $\ell-2$ come back, multiplied by $|x|^2$; take them off to get $D_\ell$.
Degrees of query and key are independent, so the number is $D_\ell D_m$. At $d = 16$,
$\langle\beta,k\rangle^2$ lives among $D_0 D_2 = 135$ functions and $\langle q,k\rangle^2$ among
$135^2 = 18{,}225$. The figure's axis ends at 8,192. The first needs more than 135 samples because
averaging over $N$ keys divides its eigenvalue by $N$ and everything unlearned acts as noise. The
numbers grow like $d^2/2$ and $d^4/4$.
"""

import math


def eigenfunctions(query_degree, key_degree, width):
    def harmonics(degree):
        polynomials = math.comb(degree + width - 1, degree)
        return polynomials - (math.comb(degree + width - 3, degree - 2) if degree > 1 else 0)

    return harmonics(query_degree) * harmonics(key_degree)
