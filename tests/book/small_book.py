"""A book of a few pages with a figure, formulas, a claim and an exercise: for slides and paper."""

import re

import yaml

from attnkit.book.built import BuiltSite
from tests.book.conftest import CONF, SmallSite

FIGURE = "trap-gallery"
PAGES = {
    "index.md": """
        # A small book

        ```{toctree}
        book/one/1_apple
        book/one/2_pear
        book/bibliography
        book/teaching/one_1
        ```
        """,
    "book/one/1_apple.md": """
        # Apple

        Why is it round? Read {doc}`2_pear`, {ref}`the stone <stone>` or
        [a page of the world](https://example.org/apple).

        (skin)=
        ## Its skin

        Skin covers the area

        $$
        A = 4 \\pi r^2
        $$ (eq-area)

        of a ball of radius $r$.

        :::{container} claim
        **Claim 1** No apple is larger than {eq}`eq-area` says.
        :::

        ## Watch it

        Move something.

        ```{explorable} trap-gallery
        ```

        {set}`Take a step <trap-gallery severity=1>`, or go back to [its skin](#skin).

        ## Exercises

        <div class="task" id="task-peel">
        <p class="task-heading">Exercise 1.1: Peel it</p>
        <p>Peel an apple in one go.</p>
        <details class="task-fold"><summary>Hint 1</summary><p>Begin at the stalk.</p></details>
        <details class="task-fold"><summary>Start here</summary><pre>def peel(): ...</pre></details>
        </div>

        ```python
        {LINE}
        ```
        """,
    "book/one/2_pear.md": """
        # Pear

        See {eq}`eq-area` and [the exercise](1_apple.md).

        (stone)=
        ## Its stone

        {WORDS}

        | a | b |
        | - | - |
        | 1 | 2 |
        """,
    "book/teaching/one_1.md": """
        # Teaching: Apple

        First {set}`the third step <trap-gallery severity=3>`, then read {doc}`../one/2_pear`.
        """,
    "book/bibliography.md": "# Bibliography\n\nNothing was cited.\n",
}


def build_small_book(folder) -> BuiltSite:
    """Build it into a folder, the contents beside the site as a whole build leaves them."""
    site = SmallSite(folder)
    extensions = '"attnkit.explore.sphinx_extension", "attnkit.book.sphinx_extension"'
    site.conf = re.sub('"attnkit.book.sphinx_extension"', extensions, CONF) + (
        'myst_enable_extensions += ["colon_fence"]\n'
        'mathjax_path = "attnkit/tex-svg.js"\n'
        'mathjax3_config = {"svg": {"fontCache": "global"}}\n'
        'nb_execution_cache_path = ""\nmyst_heading_anchors = 2\n'
    )
    sentences = [f"This is number {number} of a long text." for number in range(400)]
    many = "\n\n        ".join(" ".join(sentences[at : at + 5]) for at in range(0, 400, 5))
    line = f"peel = {' + '.join(f'strip({number})' for number in range(30))}"
    for name, text in PAGES.items():
        site.write(name, text.replace("{WORDS}", many).replace("{LINE}", line))
    site.build()
    files = [{"file": name.removesuffix(".md")} for name in PAGES if name != "index.md"]
    toc = {"root": "index", "parts": [{"caption": "Fruit", "chapters": files}]}
    (site.out.parent / "contents.yml").write_text(yaml.safe_dump(toc))
    return BuiltSite(site.out)
