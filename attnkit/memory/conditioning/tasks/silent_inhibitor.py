"""Conditioned inhibition, and how to be rid of it."""

from attnkit.coursework import Task

__all__ = ["SILENT_INHIBITOR"]

SILENT_INHIBITOR = Task(
    name="silent-inhibitor",
    title="The making and unmaking of an inhibitor",
    kind="derive",
    difficulty=2,
    minutes=35,
    statement=r"""
Trials `A+` and `AB-` alternate under the delta rule. A has salience 1, B has salience
$s = {salience}$, and the rate $b > 0$ is small enough that $b\,(1+s^2) < 2$.

1. Find the weights at which nothing changes any more. Show that there is only one such pair, and
   that training reaches it from everywhere. *(Two trials make one linear map.)*
2. Afterwards B is presented alone, without food, many times. What does the rule predict for its
   strength? What would a theorist without the rule expect from "extinction"?
3. Animals do not lose an inhibitor in this way. Do any of the laboratory's eleven keep it? Change
   one thing in the delta rule so that B stays inhibitory, and say what else your change touches.
""",
    hints=(
        "When does neither kind of trial change anything? Write one equation for each.",
        "Measure the distance from the fixed point in the plane of the two weights. Each trial "
        "takes away a share of its part along its own key. When does nothing shrink?",
        "For the second question forget the names and ask for the sign of the error in a trial "
        "where B alone is there and no food comes.",
    ),
    rubric=(
        "Says when nothing changes any more; solves for it, salience in the right place.",
        "Shows that there is one such state only.",
        "Proves that the trials lead there, not only that it stays put.",
        "Follows the sign of the error with B alone, and sets it against the everyday word.",
        "Tries the animals of the laboratory and reports what they do.",
        "Proposes one change, shows that it keeps what AB- does, and names a side effect.",
    ),
    variants={"salience": (2, 3, 4)},
)
