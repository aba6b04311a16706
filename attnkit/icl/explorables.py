"""The moving figures of this room, as the gallery finds them."""

from attnkit.icl.figures.length import LENGTH_FIGURE
from attnkit.icl.figures.lottery import LOTTERY_FIGURE
from attnkit.icl.figures.phase import PHASE_FIGURE
from attnkit.icl.figures.prompt import PROMPT_FIGURE
from attnkit.icl.figures.tasks import TASKS_FIGURE
from attnkit.icl.figures.training_film import TRAINING_FILM
from attnkit.icl.figures.valley import VALLEY_FIGURE

__all__ = [
    "LENGTH_FIGURE",
    "LOTTERY_FIGURE",
    "PHASE_FIGURE",
    "PROMPT_FIGURE",
    "TASKS_FIGURE",
    "TRAINING_FILM",
    "VALLEY_FIGURE",
]
