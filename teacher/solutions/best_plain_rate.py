r"""Write $m=\frac1L X^\top y$, so that $\hat y = p\,\langle m, x_q\rangle$. The query and its noise
are independent of the prompt, so

$$R(p) = E(y_q - \hat y)^2 = (1+\sigma^2) - 2p\,E\langle m, w\rangle + p^2\,E|m|^2 .$$

With $y = Xw + \text{noise}$: $E\langle m,w\rangle = \frac1L E\,w^\top X^\top X w = E|w|^2 = 1$.
For the square, $E|m|^2 = \frac1{L^2}\big(E|X^\top X w|^2 + \sigma^2 E\|X\|^2\big)$ and
$E\|X\|^2 = Ld$. In $E(X^\top X)^2 = \sum_{kl}E\,x_kx_k^\top x_lx_l^\top$ the $L(L-1)$ pairs of
different examples give $I$ each, the $L$ equal ones $E|x|^2xx^\top = (d+2)I$. Together
$L(L-1)+L(d+2) = L(L+d+1)$, so

$$R(p) = S - 2p + \frac{p^2}{\eta},\qquad \eta = \frac{1}{1+(d+1+\sigma^2 d)/L},\qquad
R(\eta) = S - \eta .$$

For long prompts $\eta\to1$ and $R\to\sigma^2$. The debiased step has $\eta^* = 1/(1+Sd/L)$ and
$R^* = S-(1-\frac1L)\eta^*$. Now $1/\eta = 1/\eta^* + 1/L$, and

$$(1-\tfrac1L)\,\eta^* < \eta \iff (1-\tfrac1L)\Big(\frac1{\eta^*}+\frac1L\Big) < \frac1{\eta^*}
\iff 1-\frac1L < \frac1{\eta^*},$$

which always holds: **plain descent is better**, by very little. At $d=5$, $L=40$, $\sigma^2=0.1$
the risks are $1.1-0.8602=0.2398$ and $0.2429$. Centring costs one example of $L$. It avoids
nothing in itself: the inputs have mean zero. It is what softmax does whether or not it is wanted,
because its weights must sum to one.
"""
