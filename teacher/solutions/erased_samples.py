r"""The numbers are in the figure's read-outs. At $\alpha = 2$ erasing the *function* outside the
support changes the context by exactly zero, because $c = \int pV$ and $p$ is zero there. Erasing
the *samples* changes it, because the samples enter through the fit: $c = \sum_i w_i h_i$ with $w =
\Psi(\Psi^\top\Psi + \lambda I)^{-1}\mathbb{E}_p[\psi]$. The density decides the last factor, which
is nearly zero for bumps that are far away; the inverse then couples every bump with those that it
overlaps, so $w$ is dense. At $\alpha = 1$ there is no outside: the Gaussian has mass beyond the
parabola's support, and both changes differ from zero.

With few samples the coupling is strong, because bumps without samples of their own are held by
their neighbours. Bumps that do not overlap (or hats that touch their neighbours only) make the
inverse nearly block-diagonal and $w$ nearly sparse; the price is a fit with gaps or kinks between
distant samples. A full answer says that sparse $p$ is not evidence about which measurement a
prediction rests on.
"""
