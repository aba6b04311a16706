r"""After very many writes $c = b(1-b/d)^m$ is gone. The key of a long forgotten pair is, to the
state, a random key: its read has mean square $a=F/d$. (The recursion says the same: put $F'=F$,
$a'=a$ and the solution is $a=F/d$.) The size stands still at $F(2b-b^2)/d=b^2$, so $F=db/(2-b)$
and

$$E = a - 2c + 1 = \frac{b}{2-b}+1 = \frac{2}{2-b}.$$

The width drops out. At $b=1$ the error is 2, twice that of answering zero: a full memory does not
fall silent, it answers with what it has. Small rates are better for the very old (the error tends
to 1) and useless for the new.
"""


def forgotten_error(rate, d_key):
    """One for the value that is missing, b/(2 - b) for what is read instead."""
    return 2 / (2 - rate)
