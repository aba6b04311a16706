"""All six questions, passage by passage."""

import torch

from attnkit.experiments import Experiment
from attnkit.interpretation.case_studies.experiments.ablation import ablated
from attnkit.interpretation.case_studies.experiments.contrast import contrasted
from attnkit.interpretation.case_studies.experiments.groups import in_groups
from attnkit.interpretation.case_studies.experiments.likeness import alike
from attnkit.interpretation.case_studies.experiments.magnets import drawn
from attnkit.interpretation.case_studies.experiments.rounded_scores import in_few_bits
from attnkit.trained import capture, passages
from attnkit.trained.experiments.common import SOURCE, every_passage, passage, real

__all__ = ["ABLATION_REAL", "CASE_STUDIES_REAL"]


@torch.no_grad()
def run(case: dict, *, seed: int, device: str) -> dict:
    """Five of them; the sixth, which silences heads, takes far longer."""
    tokens = passage(case)
    found = capture(real().model, tokens)
    return {
        "n": len(tokens),
        "contrast": contrasted(passages()[case["passage"]]),
        "bits": in_few_bits(found),
        "likeness": alike(found),
        "magnets": drawn(found, tokens),
        "groups": in_groups(found),
    }


@torch.no_grad()
def run_ablation(case: dict, *, seed: int, device: str) -> dict:
    """What the embedding loses."""
    return ablated(passage(case), case["passage"])


CASE_STUDIES_REAL = Experiment(
    name="interpretation-case-studies-real",
    title="Five questions of six papers to seventy-two heads",
    source=SOURCE,
    cases=every_passage(),
    seeds={"quick": 1, "full": 1},
    run=run,
)

ABLATION_REAL = Experiment(
    name="interpretation-case-ablation-real",
    title="What a trained encoder's embedding loses when heads are silenced, alone and together",
    source=SOURCE,
    cases={"quick": [{"passage": 3}], "full": every_passage()["full"]},
    seeds={"quick": 1, "full": 1},
    run=run_ablation,
)
