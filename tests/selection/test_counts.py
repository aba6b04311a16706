"""Numbers in the prose of the story, SEA and FlexPrefill are those of the recorded runs."""

import re
from pathlib import Path

import pytest

from attnkit.cards import cards
from attnkit.explore import gallery
from attnkit.selection.flex_prefill import claims as flex
from attnkit.selection.flex_prefill.recorded import SUMMARY
from attnkit.selection.sea import claims as sea
from attnkit.selection.shared import claims as story

BOOK = Path(__file__).parents[2] / "book" / "selection"


def mean(way: str, budget: str, **where) -> float:
    return story.mean_of(way, budget, **where)


def gain(layer: int) -> float:
    ends, window = (mean(way, "1/8", layer=layer) for way in ("window + first + last", "window"))
    return ends - window


def shared_share(budget: str) -> float:
    heads = SUMMARY["selection-flex-prefill-real"]["cover of each row"][budget]["mass"]
    return sum(heads) / len(heads)


def best_of_the_even_head() -> float:
    values = gallery()["mask-gallery"].compute(head="nearly even", budget=4)
    return values["best"][11]


STORY, SEA, FLEX = "1_one_budget_of_keys.md", "sea/chapter.md", "flex_prefill/chapter.md"
SENTENCES = [
    (STORY, r"catches (\S+), (\S+) and (\S+) of the mass", "window + first + last"),
    (STORY, r"last key (\S+), (\S+) and (\S+)\. The", "window + first"),
    (STORY, r"oracle has (\S+), (\S+) and (\S+);", "oracle"),
    (STORY, r"routing, (\S+), (\S+) and (\S+)\)", "routing"),
    (STORY, r"hashing \((\S+), (\S+) and (\S+)\)", "hashing, 4 rounds"),
    (STORY, r"window alone (\S+), (\S+) and (\S+)\.\n", "window"),
]


@pytest.mark.parametrize(("page", "pattern", "way"), SENTENCES)
def test_a_line_of_budgets_is_the_recorded_one(page, pattern, way):
    (told,) = re.findall(pattern, (BOOK / page).read_text())
    clusters = story.below_the_window()
    for number, budget in zip(told, story.BUDGETS, strict=True):
        found = clusters.get(f"{way}, mass, {budget}")
        assert float(number) == pytest.approx(found or mean(way, budget), abs=0.0055)


@pytest.mark.parametrize(
    ("page", "pattern", "number"),
    [
        (STORY, r"ends add (\S+) to the window in layer 2", lambda: gain(2)),
        (STORY, r"in layer 2 and (\S+) in", lambda: gain(1)),
        (SEA, r"the very map catch (\S+) at", lambda: sea.sea_order()["perfect, 64 columns, 1/8"]),
        (SEA, r"32 columns (\S+), the", lambda: sea.sea_order()["perfect, 32 columns, 1/8"]),
        (SEA, r"the oracle\n(\S+): width", lambda: mean("oracle", "1/8")),
        (SEA, r"features catch (\S+), less", lambda: sea.sea_order()["features, 64 columns, 1/8"]),
        (SEA, r"estimate from (\S+) to", lambda: sea.sea_order()["Taylor, 1/8"]),
        (SEA, r" to (0\.67)\.", lambda: sea.sea_order()["Taylor, keys centred, 1/8"]),
        (FLEX, r"error reaches (\S+) of", lambda: flex.cover_error()["γ = 0.9, encoder"]),
        (FLEX, r"covers of rows keep (\S+) of", lambda: flex.pooled_rows()["rows, density"]),
        (FLEX, r"of 16\nkeep (\S+) and", lambda: flex.pooled_rows()["blocks, density"]),
        (FLEX, r"and catch (\S+) in", lambda: flex.pooled_rows()["blocks, mass"]),
        (FLEX, r"heads catches (\S+) at", lambda: shared_share("1/4")),
        (FLEX, r"each row \((\S+)\)", lambda: mean("oracle", "1/4")),
        (FLEX, r"sixteen it catches (\S+),", lambda: shared_share("1/16")),
        (FLEX, r"the oracle (\S+): now", lambda: mean("oracle", "1/16")),
        (
            FLEX,
            r"it\nkeeps nothing at \$\\gamma = 0.9\$. On the encoder it catches (\S+) in",
            lambda: flex.stops_short()["most that do not, encoder"],
        ),
        (FLEX, r"catch (\S+)\.\n", lambda: flex.stops_short()["fewest that suffice, encoder"]),
    ],
)
def test_a_number_is_the_recorded_one(page, pattern, number):
    (told,) = re.findall(pattern, (BOOK / page).read_text())
    assert float(told) == pytest.approx(number(), abs=0.0055)


def test_bounds_in_words():
    pooled = story.pooled_budget()
    for budget in story.BUDGETS:
        own = pooled[f"oracle, {budget}"]
        assert pooled[f"oracle, one pool, {budget}"] - own < 0.02
        assert own - pooled[f"oracle, same for all rows, {budget}"] > 0.14
    for budget in story.BUDGETS:
        assert story.below_the_window()[f"routing, empty, {budget}"] > 0.25
    assert flex.pooled_rows()["blocks, worst row of all"] < 0.001
    assert best_of_the_even_head() < 0.5
    ends = mean("window + first + last", "1/8")
    assert sea.sea_order()["features, 64 columns, 1/8"] < ends


@pytest.mark.parametrize("page", sorted(BOOK.rglob("*.md")), ids=lambda page: page.parent.name)
def test_the_code_of_a_page_runs_as_it_stands(page):
    for code in re.findall(r"^```python\n(.*?)^```", page.read_text(), re.M | re.S):
        exec(code, {})


@pytest.mark.parametrize(
    "card",
    [card for card in cards() if card.room == "selection"],
    ids=lambda card: card.name,
)
def test_the_table_s_last_column_is_what_the_cards_deny(card):
    lines = (BOOK / STORY).read_text().splitlines()
    (line,) = (line for line in lines if line.startswith(f"| {{doc}}`{card.name}/chapter` |"))
    given_up = line.split("|")[4]
    for word, law, lost in (
        ("order", "permutation_equivariant", False),
        ("sum", "sums_to", "free"),
        ("shifts", "invariant_to_key_shift", False),
    ):
        denied = any(laws.get(law) == lost for laws in card.laws.values())
        # SEA's card is of the perfect estimate.
        assert (word in given_up) == (denied or (card.name, word) == ("sea", "shifts"))
