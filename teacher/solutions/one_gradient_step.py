r"""At $w=0$ every error is the label, so the slope of the loss is $-\frac1L\sum_l y_l x_l$ and the
weights after the step are $\frac{\eta}{L}\sum_l y_l x_l$. The answer at the query is

$$\hat y = \frac{\eta}{L}\sum_l y_l\,\langle x_l, x_q\rangle ,$$

a sum of labels with weights $\eta\langle x_l,x_q\rangle/L$: the raw scores of a head of *linear*
attention. The weights do not sum to one and may be negative. That is the whole difference to a
kernel smoother, and the reason why an average of labels can never do this.
"""


def one_step(inputs, targets, query, rate):
    """The labels, weighted by their raw scores."""
    return rate * (targets * (inputs @ query)).mean()
