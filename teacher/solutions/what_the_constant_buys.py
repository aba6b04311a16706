r"""Turn the signs of the query *and* of all keys. The score $q^\top W k_i$ is unchanged, the value
$\langle v, k_i\rangle$ changes sign, so every feature is odd under this change. Uniform tokens do
not notice the change. Hence every function that is *even* under it is uncorrelated with all heads:
$\langle q,k\rangle$, $\langle q,k\rangle^2$, $\langle\beta,k\rangle^2$. The simplest is the match
itself: without the constant, a layer of attention cannot learn how well query and key match, only
how well they match times a key. With the constant the value has an even part too.

Note for grading: answers that are merely hard to learn (quick oscillations) fail the last law,
answers that are partly odd fail the law before it.
"""


def pair_function(queries, keys):
    return (keys @ queries[:, :, None])[..., 0]
