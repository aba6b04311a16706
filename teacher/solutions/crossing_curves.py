r"""1. Under Hebb no write touches an old pair's signal, and each adds the same noise to all: the
ratio is $d/(n-1)$ at every age. Decay multiplies an old signal by $g$ with every write and
keeps the noise at a level that does not grow with $n$: new pairs stand out, old ones sink. The
delta rule erases, with each write, the share $b/d$ of an old pair on average (whatever lies
along the new key) and writes only what was missing, so that its state does not grow beyond
$db/(2-b)$.

2. For given keys every rule here is linear in the values: reading all keys gives $A\,V$ with a
matrix $A$ of rank at most $d$. The squared correlation of read $j$ with its value is
$\rho_j^2=A_{jj}^2/\sum_iA_{ji}^2$, at most the squared length of the projection of the $j$-th unit
vector on the row space of $A$. Summed over $j$ that is the trace of a projection of rank at most
$d$: $\sum_j\rho_j^2\le d$ for *every* rule, and with a ratio $r$ signal over noise
$\rho^2=r/(1+r)$. This budget is the reason. Hebb spends $nd/(n-1+d)$, a little less than all of
it, evenly; the delta rule spends it on the newest. Two curves that both nearly use up the budget
must cross. (It is no proof that *any* two cross: a rule may waste its budget. A counting of
exactly recalled pairs, at most $d$, is the weaker argument most will find.)

3. The delta rule at rate one serves the last few best and still gives a ratio above one at age 15
($d=64$). If ages up to 20 count equally, the decay for age 16 is flatter. With "most often the
last three" the delta rule wins; a decay of 0.99 on top sharpens it a little at ages up to 20 and
costs ages nobody asks for.
"""
