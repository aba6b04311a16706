r"""1. For small scales the risk knows the heads only through
$p=\sum\omega_h\mu_h$ and $z=\sum\mu_h$. For a symmetric pair $z=0$ and $p=2\omega\mu$; halve
$\omega$ and double $\mu$, and nothing changes. On the floor of the valley $\mu\approx0.88/2\omega$
(about 4.4 at scale 0.1 and 2.2 at 0.2). They should have compared $\sum\omega\mu$
(0.88 to 0.89 for both).

2. Towards large scales softmax stops being linear in the scores. Its weights concentrate on few
examples, so label noise and the noise of $w$ off the query's direction are averaged over
$1/\sum p_l^2$ examples instead of $L$: that raises the floor. And softmax saturates: for large
scores its difference $f(\omega)-f(-\omega)$ grows more slowly than $\omega$. To make up for it the
gain is larger than $0.44/\omega$, so the best product lies above $\eta^*$. Concentration alone
would ask for a smaller answer, hence for a smaller product; the shift up is the work of
saturation.

3. The risk along the floor differs by less than 0.0012 between scales 0.02 and 0.15, so the slope
that pulls inwards is tiny while the walls are steep; a step small enough for the walls creeps
along the floor. What is left to gain is below the chance in any test set of reasonable size. It
does not matter, except for whoever reads meaning into the final $\omega$.
"""
