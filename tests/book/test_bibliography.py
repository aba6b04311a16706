"""The bibliography bears the names of the text, and leads to the papers."""

import re

import pytest

BIB = """
@article{one, author = {Ahn, A. and Bo, B. and Chi, C.}, title = {T}, journal = {J}, year = 2023,
  note = {arXiv:2306.00297}}
@article{two, author = {Ahn, A. and Do, D. and Eng, E.}, title = {U}, journal = {J}, year = 2023,
  note = {doi:10.1000/x.7(3)}}
@book{three, author = {von Neumann, J. and {van der Vaart}, A.}, title = {V}, publisher = {P},
  year = 1932}
@book{four, editor = {Guna, G.}, title = {W}, publisher = {P}, year = 2012}
"""


@pytest.fixture
def page(small_site):
    small_site.write("book.bib", BIB)
    small_site.write("index.md", "# Book\n\n{cite}`one,two,three,four`\n\n```{bibliography}\n```\n")
    small_site.conf += """
extensions.insert(0, "sphinxcontrib.bibtex")
bibtex_bibfiles = ["book.bib"]
bibtex_reference_style = "author_year"
bibtex_default_style = "attnkit"
"""
    return small_site.build()["index.html"]


def test_labels_are_the_names_of_the_text(page):
    labels = re.findall(r'<span class="label">(.*?</span>.*?)<span', page)
    assert sorted(re.sub(r"<[^>]+>|\[", "", label) for label in labels) == [
        "Ahn et al., 2023a",
        "Ahn et al., 2023b",
        "Guna, 2012",
        "von Neumann and van der Vaart, 1932",
    ]


def test_numbers_are_links(page):
    assert 'href="https://arxiv.org/abs/2306.00297">arXiv:2306.00297</a>.' in page
    assert 'href="https://doi.org/10.1000/x.7(3)">doi:10.1000/x.7(3)</a>.' in page
