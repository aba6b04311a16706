r"""Let $G$ be the Gram matrix of the keys. The noise at key $j$ is $\sum_{i\ne j}G_{ij}^2$, so the
mean noise is $\frac1n(\|G\|_F^2-n)$.

1. $G$ has trace $n$ and at most $d$ eigenvalues $\lambda$ that are not zero, so
$n^2=(\sum\lambda)^2\le d\sum\lambda^2=d\,\|G\|_F^2$, and the mean noise is at least $n/d-1$.

2. Equality asks for $d$ equal eigenvalues $n/d$, that is $\sum_jk_jk_j^\top=\frac nd I$: a tight
frame. Any number of orthonormal bases side by side will do, whether turned against each other or
not. (Repeating one basis is a tight frame too: on average it is as good as the best, though pairs
that share a key are confused completely. The mean hides how noise is shared out.)

3. Random keys have $(n-1)/d$; the best save $1-1/d$, less than the power of one value, for every
$n\ge d$. At $n=4d$ that is about a quarter of the noise; at $n=d$ it is all of it (an orthonormal
basis is exact); for $n<d$ the bound is negative and empty, orthonormal keys are exact, and what
they save is all of $(n-1)/d$, about a quarter of a value's power at $n=d/4$.

4. Nothing. The bound is about a *sum*, $S=\sum k_jv_j^\top$. The delta rule, replayed, converges
to a least-squares state, which solves $Sk_j=v_j$ exactly for any $n\le d$ independent keys, tight
or not.
"""
