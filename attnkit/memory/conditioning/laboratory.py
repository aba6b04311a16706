"""Run a conditioning design on an animal, trial by trial or as one token sequence."""

from collections.abc import Mapping
from dataclasses import dataclass

import torch
from jaxtyping import Float
from torch import Tensor

from attnkit.arguments import checked
from attnkit.memory.conditioning.design import Design
from attnkit.memory.shared.rule import LinearRule, Rule
from attnkit.validate import require_number

__all__ = ["Course", "require_rule", "simulate", "simulate_as_attention"]

MOST_SALIENT = 1e6


@checked
@dataclass(frozen=True)
class Course:
    """What was expected of each cue and probe before the first trial and after every trial.

    Parameters
    ----------
    design : Design
        What the animal went through.
    watched : tuple of str
        The cues and probes, in the order of the columns.
    strengths : Tensor
        (trials_and_one, watched), float64.

    Raises
    ------
    ValueError, TypeError
        For strengths of another shape or kind; KeyError for what was not watched.

    References
    ----------
    The record is defined here; its curves are those of Rescorla and Wagner 1972.
    """

    design: Design
    watched: tuple[str, ...]
    strengths: Float[Tensor, "trials_and_one watched"]

    @checked
    def __getitem__(self, compound: str) -> float:
        """The strength of a cue or probe at the end."""
        return float(self.of(compound)[-1])

    @checked
    def of(self, compound: str) -> Float[Tensor, " trials_and_one"]:
        """The strength of a cue or probe over trials."""
        if compound not in self.watched:
            raise KeyError(f"{compound!r} was not watched, only {', '.join(self.watched)}")
        return self.strengths[:, self.watched.index(compound)]

    @property
    def probes(self) -> dict[str, float]:
        """The probes of the last phase and their strengths."""
        return {probe: self[probe] for probe in self.design.probes}


def require_rule(name: str, rule: object) -> None:
    """Refuse what does not learn, and a class that was not called."""
    if isinstance(rule, type):
        raise TypeError(f"{name} must be an animal, such as {rule.__name__}(), got the class")
    if not isinstance(rule, Rule):
        raise TypeError(f"{name} must be a Rule, such as Delta(), got {type(rule).__name__}")


@checked
def simulate(
    design: str | Design, rule: Rule, *, saliences: Mapping[str, float] | None = None
) -> Course:
    """Train an animal that learns by `rule` and watch its expectations, trial by trial.

    Parameters
    ----------
    design : str or Design
        Such as "40 A+ | 40 AB+ | B"; see `Design.parse`. A reinforced outcome counts one.
    rule : Rule
        The animal, such as ``Delta(rate=0.1)``.
    saliences : mapping or None
        The strength of some cues; the others have strength one. A compound is the sum of its cues.

    Raises
    ------
    DesignError
        A design that cannot be read, with the character.
    ValueError
        A salience outside (0, 10⁶) or of a cue that the design does not present, and a rule whose
        weights grow beyond every number.
    TypeError
        No design, no rule (or its class), saliences that are no numbers.
    """
    require_rule("rule", rule)
    design = Design.parse(design) if isinstance(design, str) else design
    watched, probes = _watched(design, saliences)
    moments = {
        trial: torch.stack([_vector(m, design, saliences) for m in trial.moments])
        for trial in set(design.trials)
    }
    memory = rule.begin(len(design.cues))
    strengths = [rule.predict(memory, probes)]
    for trial in design.trials:
        memory = rule.learn(memory, moments[trial], float(trial.reinforced))
        strengths.append(rule.predict(memory, probes))
    return _course(design, watched, torch.stack(strengths), rule)


def _course(design: Design, watched: tuple[str, ...], strengths: Tensor, rule: Rule) -> Course:
    """The course, unless the animal is beyond numbers."""
    if not bool(strengths.isfinite().all()):
        raise ValueError(
            f"rule {rule} grows beyond every number on design {design.text!r}: smaller rate or "
            "saliences"
        )
    return Course(design, watched, strengths)


@checked
def simulate_as_attention(
    design: str | Design, rule: LinearRule, *, saliences: Mapping[str, float] | None = None
) -> Course:
    """Do as `simulate`, with every trial a token and every probe a query, by the kernels.

    Keys are the cues of a trial, values its outcomes; row p of the batch asks probe p after every
    trial.

    Parameters
    ----------
    design, saliences
        As for `simulate`.
    rule : LinearRule
        An animal that is a linear memory.

    Raises
    ------
    ValueError, TypeError
        As `simulate`, and for a rule that is no linear memory.
    """
    design = Design.parse(design) if isinstance(design, str) else design
    watched, probes = _watched(design, saliences)
    compounds = {t.cues: _vector(t.cues, design, saliences) for t in set(design.trials)}
    keys = torch.stack([compounds[t.cues] for t in design.trials])
    values = torch.tensor([[float(t.reinforced)] for t in design.trials], dtype=keys.dtype)
    n_probes, n_trials = len(probes), len(keys)
    answers = rule.attend(
        probes[:, None].expand(-1, n_trials, -1),
        keys.expand(n_probes, -1, -1),
        values.expand(n_probes, -1, -1),
    )
    before = torch.zeros(1, n_probes, dtype=keys.dtype)
    return _course(design, watched, torch.cat([before, answers[..., 0].mT]), rule)


def _watched(
    design: Design, saliences: Mapping[str, float] | None
) -> tuple[tuple[str, ...], Tensor]:
    """Every cue and every probe once, as names and as vectors."""
    for cue, salience in (saliences or {}).items():
        if cue not in design.cues:
            raise ValueError(f"saliences names {cue!r}, the design presents {design.cues}")
        require_number(f"saliences[{cue!r}]", salience, low=0.0, high=MOST_SALIENT, exclusive=True)
    watched = tuple(dict.fromkeys((*design.cues, *design.probes)))
    return watched, torch.stack([_vector(name, design, saliences) for name in watched])


def _vector(compound: str, design: Design, saliences: Mapping[str, float] | None) -> Tensor:
    """One entry a cue: its salience where the compound holds it."""
    strength = {cue: (saliences or {}).get(cue, 1.0) for cue in compound}
    entries = [strength.get(cue, 0.0) for cue in design.cues]
    return torch.tensor(entries, dtype=torch.float64)
