r"""The name is the largest of the predicted numbers, so it depends on their order alone; the
squared error depends on their size. A timid learner that shrinks all predictions towards the mean
(a strong penalty, too simple a model) keeps the order and pays in error. Example with three
speakers and three utterances, one of each: learner A predicts 0.4 for the true speaker and 0.3 for
the others, always: all names right, squared error $0.6^2 + 2\cdot 0.3^2 = 0.54$ for each
utterance. Learner B predicts 0 and 1 exactly for two of them and $(0.45, 0.55, 0)$ for a third
whose speaker is the first: error $0.55^2 + 0.55^2 = 0.605$ there and 0 elsewhere, about 0.2 on
average, with one name of three wrong.

To someone who must decide who spoke report the names, to someone who combines the numbers with
other evidence report the error (or better, a calibrated probability). One per cent of 370 is under
four utterances; with some 98 per cent right the count of errors, about seven, scatters by
$\sqrt7 \approx 2.7$. The same test utterances are used for all learners, so differences scatter
somewhat less; still 97.8 against 98.9 is not much.
"""
