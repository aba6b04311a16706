r"""Let $m=\frac1L\sum_l y_lx_l$. Then $E(y_q-m^\top Px_q)^2 = \operatorname{tr}CB+\sigma^2
-2\operatorname{tr}(P^\top E[m w^\top]C)+\operatorname{tr}(P C P^\top E[mm^\top])$, with
$E[mw^\top]=CB$. Put $G=X^\top X$, Wishart with $L$ degrees of freedom: $E\,GBG = L^2\,CBC +
L\,(CBC+\operatorname{tr}(CB)\,C)$, and the noise adds $\sigma^2LC$. So

$$E[mm^\top] = \Big(1+\frac1L\Big)CBC + c\,C,\qquad c=\frac{\operatorname{tr}(CB)+\sigma^2}{L}.$$

(With centring there are $L-1$ degrees of freedom, and *both* terms and the mean shrink by the same
$1-\frac1L$, because $(L-1)^2+(L-1)=L(L-1)$. Without it the signal's term alone has the extra
$\frac1L$.) The slope vanishes where $E[mm^\top]PC = CBC$; cancel $C$ on the right, and on the
left:

$$\Big(\big(1+\tfrac1L\big)\,BC + c\,I\Big)\,P = B .$$

Since $P=B\,((1+\frac1L)CB+cI)^{-1}$ is the same matrix, the order matters only for which side one
solves from; mixing the two is the common mistake.
"""

import torch


def best_matrix(covariance, prior, *, n_examples, noise_variance):
    """Solve ((1 + 1/L) B C + c I) P = B."""
    shrinkage = ((covariance * prior.mT).sum() + noise_variance) / n_examples
    eye = torch.eye(len(covariance), dtype=covariance.dtype)
    left = (1 + 1 / n_examples) * prior @ covariance + shrinkage * eye
    return torch.linalg.solve(left, prior)
