r"""1. Nothing changes when both errors vanish: $w_A = 1$ and $w_A + s\,w_B = 0$, so $w_A=1$,
$w_B=-1/s$; a probe of B reads $-1$. The keys $k_A=(1,0)$ and $k_{AB}=(1,s)$ are independent, so
there is no other pair. The distance $u$ from it obeys $u\leftarrow(I-b\,kk^\top)u$: the part
along the key is multiplied by $1-b|k|^2$, which lies in $(-1,1)$ since $b(1+s^2)<2$, and the
rest stays. So $|u|$ never grows, and it shrinks unless $u$ is at right angles to the key. Being
at right angles to $k_A$ and then to $k_{AB}$ means $u=0$. The map of two trials is therefore a
strict contraction of the plane (its norm is attained on the unit circle and is below one).

2. With B alone and no food the error is $0-s\,w_B=+1$: the memory predicts *less than nothing* and
is corrected upwards. The weight goes to 0 as $(1-bs^2)^n$. "Extinction" suggests that unreinforced
trials weaken excitation or deepen inhibition; here they abolish inhibition.

3. Zimmer-Hart and Rescorla (1974) found that inhibitors do not extinguish in this way. In the
laboratory every animal that makes an inhibitor also loses it (`60 A+ / 60 AB- | 60 B- | B`): the
hybrid with Pearce and Hall's attention is slowest, the gated and the two-speed ones forget it even
during rest. One change: no expectation below zero, error $= v-\max(0, k\cdot w)$. In `AB-` the
expectation is positive until $w_A+s\,w_B=0$, so B is made inhibitory as before; alone, it expects
zero, gets zero and stays. Side effects: the memory is no longer linear, so it has no exact chunk
form, and inhibition can't go on growing beyond what A predicts.
"""
