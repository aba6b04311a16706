"""Answers to plain-preconditioner."""

import torch


def _level(covariance, prior, noise_variance, n_examples):
    return (torch.trace(covariance @ prior) + noise_variance) / n_examples


def right(covariance, prior, *, n_examples, noise_variance):
    """For positive definite matrices, P^-1 = (1 + 1/L) C + c B^-1."""
    level = _level(covariance, prior, noise_variance, n_examples)
    inverse = covariance * (n_examples + 1) / n_examples + level * torch.linalg.inv(prior)
    return torch.linalg.inv(inverse)


def inverse_covariance(covariance, prior, *, n_examples, noise_variance):
    return torch.linalg.inv(covariance)


def with_centring(covariance, prior, *, n_examples, noise_variance):
    level = _level(covariance, prior, noise_variance, n_examples)
    return torch.linalg.inv(covariance + level * torch.linalg.inv(prior))


def without_noise(covariance, prior, *, n_examples, noise_variance):
    return right(covariance, prior, n_examples=n_examples, noise_variance=0.0)


def prior_forgotten(covariance, prior, *, n_examples, noise_variance):
    level = _level(covariance, prior, noise_variance, n_examples)
    eye = torch.eye(len(prior), dtype=prior.dtype)
    return torch.linalg.inv((1 + 1 / n_examples) * covariance + level * len(prior) * eye)


def wrong_side(covariance, prior, *, n_examples, noise_variance):
    level = _level(covariance, prior, noise_variance, n_examples)
    eye = torch.eye(len(prior), dtype=prior.dtype)
    factor = (1 + 1 / n_examples) * covariance @ prior + level * eye
    return torch.linalg.inv(factor) @ prior


def step_that_never_shrinks(covariance, prior, *, n_examples, noise_variance):
    rate = n_examples / (n_examples + len(prior) + 1 + noise_variance * len(prior))
    return rate * torch.eye(len(prior), dtype=prior.dtype)


WRONG = {
    "round inputs": [inverse_covariance, with_centring, without_noise],
    "many examples": [step_that_never_shrinks, wrong_side],
    "no slope left": [prior_forgotten],
}
