"""What the paper asks, run again: error against samples, heads, bias and length.

The figures' settings could not be read from the paper's text; these are our own choices, stated
in every case: tokens uniform on the unit sphere, noiseless targets, levels by generalised
cross-validation, errors over the variance of the target on 1,500 fresh samples.
"""

import torch
from torch import Tensor

from attnkit.experiments import Experiment
from attnkit.random_features.attention import RandomFeatureAttention
from attnkit.random_features.baselines import BASELINES
from attnkit.random_features.limit_kernels import attention_kernel
from attnkit.random_features.suite import BIAS, MODELS, make_model, targets
from attnkit.random_features.targets import sphere_tokens, target
from attnkit.random_features.vowels import Task, forecast_tasks, speaker_tasks

__all__ = ["BIAS_SWEEP", "CONVERGENCE", "HEADS", "LEARNING_CURVES", "LENGTH", "VOWELS"]

SOURCE = "Fu, Guo, Bai and Mei 2023 (arXiv:2307.11353); settings are ours"
N_TEST = 1500
DEFAULTS = {"model": "attention", "n_heads": 1000, "width": 16, "n_keys": 16, "bias_scale": BIAS}


def draw(case: dict, *, n_samples: int, n_keys: int, generator: torch.Generator, device: str):
    """Tokens in float32 and every target in float64, one column each."""
    queries, keys = sphere_tokens(n_samples, n_keys, case["width"], generator=generator)
    pairs = targets(case["width"]).values()
    values = torch.stack([target(pair, queries, keys) for pair in pairs], dim=1)
    return queries.float().to(device), keys.float().to(device), values.to(device)


def relative_errors(predictions: Tensor, values: Tensor) -> dict[str, float]:
    """Mean squared error over the variance of the target, by the target's name."""
    errors = (predictions - values).square().mean(dim=0) / values.var(dim=0)
    return dict(zip(targets(2), errors.tolist(), strict=True))


def fitted(case: dict, *, seed: int, device: str):
    """The case's learner fitted to all targets, and the generator, ready to draw test samples."""
    generator = torch.Generator().manual_seed(seed)
    data = draw(
        case, n_samples=case["n"], n_keys=case["n_keys"], generator=generator, device=device
    )
    model = make_model(
        case["model"],
        n_heads=case["n_heads"],
        width=case["width"],
        bias_scale=case["bias_scale"],
        generator=torch.Generator().manual_seed(1000 + seed),
    )
    return model.fit(*data), generator


def held_out_errors(case: dict, *, seed: int, device: str) -> dict[str, float]:
    """Relative test error of one learner, by target."""
    model, generator = fitted(case, seed=seed, device=device)
    queries, keys, values = draw(
        case, n_samples=N_TEST, n_keys=case["n_keys"], generator=generator, device=device
    )
    return relative_errors(model.predict(queries, keys).double(), values)


def errors_at_lengths(case: dict, *, seed: int, device: str) -> dict[str, list[float]]:
    """Relative errors of a learner fitted at one number of keys and tested at several."""
    model, generator = fitted(case, seed=seed, device=device)
    rows = []
    for n_keys in case["test_keys"]:
        queries, keys, values = draw(
            case, n_samples=N_TEST, n_keys=n_keys, generator=generator, device=device
        )
        rows.append(relative_errors(model.predict(queries, keys).double(), values))
    return {name: [row[name] for row in rows] for name in rows[0]}


def gram_error(case: dict, *, seed: int, device: str) -> dict[str, float]:
    """Relative Frobenius distance of the M-head Gram matrix from the infinite-head kernel."""
    generator = torch.Generator().manual_seed(seed)
    queries, keys = sphere_tokens(case["n"], case["n_keys"], case["width"], generator=generator)
    tokens = queries.to(device), keys.to(device)
    kernel = attention_kernel(tokens, tokens, bias_scale=case["bias_scale"])
    heads = RandomFeatureAttention(case["n_heads"], case["bias_scale"], generator=generator)
    return {"error": float((heads.gram(*tokens) - kernel).norm() / kernel.norm())}


def vowel_errors(case: dict, *, seed: int, device: str) -> dict[str, float]:
    """Test error over variance, averaged over the outputs, and the share of right speakers."""
    train, test = {"speaker": speaker_tasks, "forecast": forecast_tasks}[case["task"]]()
    generator = torch.Generator().manual_seed(seed)
    if case["learner"] in BASELINES:
        predictions = BASELINES[case["learner"]](train, test, seed)
    else:
        model = make_model(
            case["learner"],
            n_heads=case["n_heads"],
            width=train.keys.shape[-1],
            bias_scale=BIAS,
            generator=generator,
        )
        train, test = (Task(*(part.to(device) for part in task)) for task in (train, test))
        model.fit(train.queries, train.keys, train.targets, mask=train.mask)
        predictions = model.predict(test.queries, test.keys, mask=test.mask)
    errors = (predictions - test.targets).square().mean(dim=0) / test.targets.var(dim=0)
    right = predictions.argmax(dim=1) == test.targets.argmax(dim=1)
    share = float(right.double().mean()) if case["task"] == "speaker" else None
    return {"error": float(errors.mean()), "right": share}


def grid(**axes) -> list[dict]:
    """Every combination of the axes, over the defaults."""
    cases = [dict(DEFAULTS)]
    for name, values in axes.items():
        cases = [{**case, name: value} for case in cases for value in values]
    return cases


def small(**axes) -> list[dict]:
    """The same at a size that takes seconds."""
    return grid(n_heads=[100], width=[5], n_keys=[4], **axes)


ATTENTION = ("attention", "biased attention")
SIZES = (64, 128, 256, 512, 1024, 2048)

LEARNING_CURVES = Experiment(
    name="random-features-learning-curves",
    title="Test error against the number of samples, five learners and eight targets",
    source=SOURCE,
    cases={
        "quick": small(model=MODELS, n=(64, 256)),
        "full": grid(model=MODELS, n=SIZES),
        "paper": grid(model=MODELS, n=(*SIZES, 4096)),
    },
    seeds={"quick": 2, "full": 5, "paper": 10},
    run=held_out_errors,
)

HEADS = Experiment(
    name="random-features-heads",
    title="Test error against the number of heads",
    source=SOURCE,
    cases={
        "quick": [{**case, "n_heads": m} for case in small(n=(128,)) for m in (10, 100)],
        "full": grid(model=ATTENTION, n=(1024,), n_heads=(10, 30, 100, 300, 1000, 3000)),
        "paper": grid(model=ATTENTION, n=(1024,), n_heads=(10, 100, 1000, 10_000)),
    },
    seeds={"quick": 2, "full": 3, "paper": 10},
    run=held_out_errors,
)

BIAS_SWEEP = Experiment(
    name="random-features-bias",
    title="Test error against the mean of the query-key matrices and the number of samples",
    source=SOURCE,
    cases={
        "quick": small(model=("biased attention",), n=(128,), bias_scale=(0.0, 4.0)),
        "full": grid(
            model=("biased attention",),
            n=(64, 128, 256, 512, 1024),
            bias_scale=(0.0, 0.5, 1.0, 1.5, 2.0, 3.0, 4.0, 5.5, 8.0, 11.5, 16.0),
        ),
        "paper": grid(
            model=("biased attention",), n=(512, 1024), bias_scale=(0.0, 1.0, 2.0, 4.0, 8.0, 16.0)
        ),
    },
    seeds={"quick": 2, "full": 3, "paper": 10},
    run=held_out_errors,
)

LENGTHS = (4, 8, 16, 32, 64)

LENGTH = Experiment(
    name="random-features-length",
    title="Test error against the number of keys, trained at that number or at another",
    source=SOURCE,
    cases={
        "quick": small(model=ATTENTION, n=(128,), test_keys=([2, 4, 8],)),
        "full": [
            *grid(model=(*ATTENTION, "deep sets"), n=(1024,), test_keys=(list(LENGTHS),)),
            *(
                {**case, "test_keys": [case["n_keys"]]}
                for case in grid(
                    model=(*ATTENTION, "deep sets", "mlp"), n=(1024,), n_keys=(4, 8, 32, 64)
                )
            ),
        ],
    },
    seeds={"quick": 2, "full": 3},
    run=errors_at_lengths,
)

CONVERGENCE = Experiment(
    name="random-features-convergence",
    title="Distance of the M-head Gram matrix from the infinite-head kernel",
    source="derived here",
    cases={
        "quick": small(n=(11,), bias_scale=(0.0, BIAS)),
        "full": grid(n=(20,), bias_scale=(0.0, BIAS), n_heads=(25, 100, 400, 1600, 6400)),
    },
    seeds={"quick": 2, "full": 30},
    run=gram_error,
)

VOWELS = Experiment(
    name="random-features-vowels",
    title="Two regressions on spoken vowels, beside a linear and a tree baseline",
    source="data of Kudo, Toyama and Shimbo 1999; measured here",
    cases={
        scale: [
            {"task": task, "learner": learner, "n_heads": n_heads}
            for task in ("speaker", "forecast")
            for learner in (*MODELS, *BASELINES)
        ]
        for scale, n_heads in (("quick", 100), ("full", 1000))
    },
    seeds={"quick": 1, "full": 5},
    run=vowel_errors,
)
