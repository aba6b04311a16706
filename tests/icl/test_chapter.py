"""The numbers printed in the chapters are those of the recorded results."""

import math
from pathlib import Path

import numpy as np
import pytest
import torch

from attnkit.experiments import load
from attnkit.icl import RegressionTask
from attnkit.icl.experiments.anisotropic import autoregressive_covariance
from attnkit.icl.theory import best_debiased_preconditioner

BOOK = Path(__file__).parents[2] / "book" / "icl"


def printed_rows(chapter: str, start: str) -> list[list[str]]:
    """Cells of the table whose head begins with `start`, without the head."""
    lines = (BOOK / chapter).read_text(encoding="utf-8").splitlines()
    at = next(n for n, line in enumerate(lines) if line.startswith(f"| {start} |"))
    rows = []
    for line in lines[at + 2 :]:
        if not line.startswith("|"):
            break
        rows.append([cell.strip() for cell in line.strip("|").split("|")])
    return rows


def units(name: str, **wanted) -> list[dict]:
    return [u["result"] for u in load(name)["units"] if wanted.items() <= u["case"].items()]


def gathered(name: str, key: str, **wanted) -> np.ndarray:
    return np.concatenate([np.ravel(result[key]) for result in units(name, **wanted)])


def span(numbers: np.ndarray, digits: int) -> str:
    return f"{np.mean(numbers):.{digits}f} ({min(numbers):.{digits}f}–{max(numbers):.{digits}f})"


def wilson(won: int, of: int) -> tuple[float, float]:
    """95 % interval of a share."""
    share, z = won / of, 1.96
    middle = (share + z**2 / (2 * of)) / (1 + z**2 / of)
    half = z * math.sqrt(share * (1 - share) / of + (z / (2 * of)) ** 2) / (1 + z**2 / of)
    return middle - half, middle + half


def emergence_rows() -> list[list[str]]:
    rows = []
    for steps in (1000, 3000):
        found = {
            key: gathered("icl-emergence", key, steps=steps)
            for key in ("emerged", "excess_risk", "sum_of_products", "zero_sum_ratio", "scale")
        }
        first = gathered("icl-emergence", "first_step", steps=steps)
        rows.append(
            [
                f"{steps:,}",
                f"{found['emerged'].sum()} of {len(found['emerged'])}",
                f"{np.median(first):.0f}, {max(first):.0f}",
                span(found["excess_risk"], 4),
                span(found["sum_of_products"], 3),
                f"{max(found['zero_sum_ratio']):.4f}",
                span(found["scale"], 2),
            ]
        )
    return rows


def heads_rows() -> list[list[str]]:
    counts = (1, 2, 3, 4, 8)
    return [[str(n), span(gathered("icl-heads", "excess_risk", n_heads=n), 4)] for n in counts]


def lottery_rows() -> list[list[str]]:
    rows = []
    for n in (2, 3, 4, 6):
        row = [str(n), f"{1 - 2.0 ** (1 - n):.3f}"]
        for start in ("small", "default"):
            won, of = (
                int(gathered("icl-lottery", key, start=start, n_heads=n).sum())
                for key in ("won", "of")
            )
            low, high = wilson(won, of)
            row.append(f"{won / of:.3f} ({low:.3f}–{high:.3f})")
        rows.append(row)
    return rows


def length_rows() -> list[list[str]]:
    lengths = load("icl-length")["units"][0]["case"]["test_lengths"]
    names = {
        "ridge": "Bayes ridge",
        "debiased, best rate": "debiased, best rate",
        "debiased, rate of training": "debiased, rate of training",
        "softmax, two heads": "softmax, two heads",
        "softmax, one head": "softmax, one head",
        "linear, 1/L of the test": "linear, 1/L of the test",
        "linear, 1/L of training": "linear, 1/L of training",
    }
    rows = []
    for key, name in names.items():
        means = [
            np.mean([np.mean(result[key][place]) for result in units("icl-length")])
            for place in range(len(lengths))
        ]
        rows.append([name, *(f"{mean:.3f}" if mean < 1 else f"{mean:.1f}" for mean in means)])
    return rows


def grid_rows() -> list[list[str]]:
    """Trained excess over the risk of debiased descent, in percent: mean over seeds."""
    rows = []
    for n_examples in (10, 20, 40, 80, 160):
        row = [str(n_examples)]
        for noise in (0.01, 0.1, 0.3, 1.0, 3.0):
            found = units("icl-grid", n_examples=n_examples, noise_variance=noise)
            shares = [np.mean(r["excess_risk"]) / r["debiased_risk"] for r in found]
            row.append(f"{100 * np.mean(shares):+.1f}")
        rows.append(row)
    return rows


def tasks_rows() -> list[list[str]]:
    rows = []
    for n in (1, 2, 3, 4, 5):
        bound = units("icl-two-tasks", n_heads=n)[0]["small_scale_bound"]
        risks = gathered("icl-two-tasks", "risk", n_heads=n)
        rows.append([str(n), span(risks, 4), "–" if bound is None else f"{bound:.4f}"])
    return rows


def diabetes_rows() -> list[list[str]]:
    keys = ["least squares", "ridge"]
    laws = ("paper", "right noise", "right noise and covariance")
    keys += [f"{who}, {law}" for law in laws for who in ("heads", "descent")]
    rows = []
    for key in keys:
        row = [key]
        for n_examples in (20, 40):
            means = [
                np.mean(result[key]) for result in units("icl-diabetes", n_examples=n_examples)
            ]
            row.append(span(np.array(means), 2))
        rows.append(row)
    return rows


TABLES = [
    ("1_two_heads_learn_a_step.md", "steps", emergence_rows),
    ("1_two_heads_learn_a_step.md", "heads", heads_rows),
    ("2_what_breaks_it.md", "heads", lottery_rows),
    ("2_what_breaks_it.md", "examples at test", length_rows),
    ("2_what_breaks_it.md", "examples", grid_rows),
    ("3_several_tasks_and_real_rows.md", "heads", tasks_rows),
    ("3_several_tasks_and_real_rows.md", "predictor", diabetes_rows),
]


@pytest.mark.parametrize(("chapter", "start", "wanted"), TABLES)
def test_every_table_is_the_recorded_result(chapter, start, wanted):
    assert printed_rows(chapter, start) == wanted()


def test_how_far_the_best_preconditioner_is_from_the_inverse_covariance():
    """The sentence's c, eigenvalues of CB and shares of C^-1, by its equation."""
    task = RegressionTask(covariance=autoregressive_covariance(5, 0.5))
    covariance = task.input_covariance
    product = covariance @ task.priors[0]
    c = float(product.trace() + task.noise_variance) / task.n_examples
    sizes = torch.linalg.eigvalsh(product)
    kept = torch.linalg.eigvalsh(best_debiased_preconditioner(task)[0] @ covariance)
    torch.testing.assert_close(kept, sizes / (sizes + c))
    chapter = (BOOK / "2_what_breaks_it.md").read_text(encoding="utf-8")
    assert (
        f"$c = {c:.4f}$, beside eigenvalues of $CB$ from {sizes.min():.2f} to {sizes.max():.2f}: "
        f"of $C^{{-1}}$ the weakest direction keeps {kept.min():.0%} and the strongest "
        f"{kept.max():.0%}"
    ) in chapter
