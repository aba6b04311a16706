"""Search from a disk: excerpts, and chapters in the order of the book."""

import pytest

from tests.browser import Watch

PAGES = {
    "index.md": "# Book\n```{toctree}\n:glob:\nbook/*/*\nalpha\n```\n",
    "alpha.md": "# A list\n\nMany words, sparsemax among them.\n",
    "book/icl/1_zeta.md": "# Zeta\n\nHere sparsemax learns, and a `<script>` is only a word.\n",
    "book/densities/2_yak.md": "# Yak\n\nOf sparsemax and its threshold.\n",
    "book/densities/1_zebra.md": "# Zebra\n\nBefore anything else comes sparsemax.\n",
    "book/teaching/densities_1.md": "# Aardvark\n\nTeach sparsemax slowly.\n",
}


@pytest.mark.browser
def test_results_have_excerpts_and_the_books_order(small_site, browser):
    for name, text in PAGES.items():
        small_site.write(name, text)
    small_site.build()
    context = browser.new_context()
    watch = Watch(context)
    tab = context.new_page()
    tab.goto((small_site.out / "search.html").as_uri() + "?q=sparsemax")
    tab.wait_for_function("document.querySelectorAll('#search-results p.context').length === 5")
    titles = tab.locator("#search-results li > a").all_inner_texts()
    excerpts = tab.locator("#search-results p.context").all_inner_texts()
    context.close()
    watch.assert_clean()
    assert titles == ["Zebra", "Yak", "Zeta", "A list", "Aardvark"]
    assert "Before anything else comes sparsemax" in excerpts[0]
    assert "a <script> is only a word" in excerpts[2]
