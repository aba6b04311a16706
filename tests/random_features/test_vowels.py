import pytest
import torch

pytest.importorskip("aeon")

from attnkit.random_features.vowels import (
    forecast_tasks,
    load_utterances,
    pooled,
    speaker_tasks,
)


def test_the_utterances_are_the_archive_s():
    for part, n_utterances in (("TRAIN", 270), ("TEST", 370)):
        frames, speakers = load_utterances(part)
        assert len(frames) == len(speakers) == n_utterances
        assert {f.shape[1] for f in frames} == {12}
        assert min(map(len, frames)) >= 7
        assert max(map(len, frames)) <= 29
        assert speakers.unique().tolist() == list(range(9))
    assert load_utterances("TRAIN")[1].bincount().tolist() == [30] * 9


def test_tasks_hold_the_frames_they_claim():
    train, test = forecast_tasks()
    assert train.keys.shape == (270, 29, 12)
    assert test.keys.shape == (370, 29, 12)
    raw, _ = load_utterances("TRAIN")
    pool = torch.cat(raw)
    scale = 3.5 * pool.std(0)
    for sample in (0, 137):
        own = (raw[sample] - pool.mean(0)) / scale
        torch.testing.assert_close(train.targets[sample], own[-1])
        torch.testing.assert_close(train.queries[sample], own[-2])
        torch.testing.assert_close(train.keys[sample][train.mask[sample]], own[:-2])


def test_pooled_summaries_by_hand():
    task = speaker_tasks()[0]
    sample = task.keys[41][task.mask[41]]
    wanted = [task.queries[41], sample.mean(0), sample.std(0, correction=0), sample[0], sample[-1]]
    torch.testing.assert_close(pooled(task)[41], torch.cat(wanted))


def test_an_unknown_part_is_refused():
    with pytest.raises(FileNotFoundError, match="JapaneseVowels_NONE"):
        load_utterances("NONE")
