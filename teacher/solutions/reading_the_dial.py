r"""From the recorded errors at $n = 1024$ (the figure shows them): $\langle\beta,k\rangle^2$ rises
from 0.14 without bias to 0.69 at 16, never lower than at the start. $\langle q,k\rangle^2$ falls
from 1.00 to 0.21 near 3 and rises to 0.49. $\mathrm{relu}\langle q,k\rangle\langle\beta,k\rangle$
falls all the way, from 0.44 to 0.001; $\langle q,k\rangle^3\langle\beta,k\rangle$ from 0.61 to a
floor of 0.41; $\langle q,k\rangle^4$ from 1.00 to 0.51 near 3 and up to 0.71.

The mean score is $b\langle q,k\rangle$, the random part has a deviation of about one. As $b$ grows
the heads become alike: every feature is $b\,\mathrm{relu}\langle q,k\rangle\,k$ (with its
constant) plus a random correction of relative size $1/b$. In the limit the layer computes
$\mathrm{relu}\langle q,k\rangle$ times a linear function of the key, $d + 1$ functions and no
more. A target inside that span is learned perfectly (the rectified match times a coordinate), one
with a part inside falls to the floor of what lies outside (the cube), and one that needs several
*different* rectified functions is best served while the random part still supplies them (the
square and the fourth power). The target of keys alone loses from the first step: all that matches
gain is taken from it. Too strong a prior is not overfitting: it is a model with too few functions.
"""
