r"""The derivative in $b$ says that the residuals have mean zero, so
$b = \bar y - \langle w,\bar\varphi\rangle$. Put it back: ordinary ridge regression of $y - \bar y$
on $\varphi - \bar\varphi$. New features lose the same $\bar\varphi$, not their own mean. A
penalised intercept (a column of ones) fails the first law, centring the targets only fails the
second.
"""

import torch


def ridge_predict(features, targets, level, new_features):
    centre, mean = features.mean(dim=0), targets.mean()
    centred = features - centre
    penalty = level * torch.eye(features.shape[1], dtype=features.dtype)
    values = torch.linalg.solve(centred.mT @ centred + penalty, centred.mT @ (targets - mean))
    return mean + (new_features - centre) @ values
