"""Chapters are numbered part by part; nothing else is."""

import re

PAGES = {
    "index.md": """
        # Book
        ```{toctree}
        :caption: Before
        start
        ```
        ```{toctree}
        :caption: First
        one/1_apple
        one/2_pear
        notebook
        ```
        ```{toctree}
        :caption: Second
        two/1_plum
        two/cherry/chapter
        ```
        """,
    "start.md": "# Start\n\nSee {doc}`one/2_pear`.\n",
    "one/1_apple.md": "# Apple\n\n## Skin\n\n### Colour\n",
    "one/2_pear.md": "# Pear\n",
    "notebook.md": "# Notebook\n",
    "two/1_plum.md": "# Plum\n\n## Stone\n",
    "two/cherry/chapter.md": "# Cherry\n",
}


def built(site):
    for name, text in PAGES.items():
        site.write(name, text)
    site.conf += 'attnkit_chapters = ["*/[0-9]_*", "*/*/chapter"]\nhtml_secnumber_suffix = " "\n'
    return site.build()


def headings(page):
    body = page.partition('role="main"')[2]
    return [re.sub(r"<[^>]+>|¶", "", h) for h in re.findall(r"<h[1-3]>(.*?)</h[1-3]>", body)]


def test_chapters_have_numbers_and_their_sections_none(small_site):
    pages = built(small_site)
    assert headings(pages["one/1_apple.html"])[:3] == ["1.1 Apple", "Skin", "Colour"]
    assert headings(pages["one/2_pear.html"])[0] == "1.2 Pear"
    assert headings(pages["two/1_plum.html"])[:2] == ["2.1 Plum", "Stone"]
    assert headings(pages["two/cherry/chapter.html"])[0] == "2.2 Cherry"
    assert headings(pages["notebook.html"])[0] == "Notebook"
    assert headings(pages["start.html"])[0] == "Start"


def test_the_contents_show_them(small_site):
    home = built(small_site)["index.html"]
    entries = re.findall(r'toctree-l1"><a class="reference internal" href="[^"#]*">(.*?)</a>', home)
    assert entries[:5] == ["Start", "1.1 Apple", "1.2 Pear", "Notebook", "2.1 Plum"]


def test_a_chapter_that_leaves_renumbers_pages_that_did_not_change(small_site):
    built(small_site)
    small_site.write("index.md", PAGES["index.md"].replace("        one/1_apple\n", ""))
    small_site.write("one/1_apple.md", "---\norphan: true\n---\n" + PAGES["one/1_apple.md"])
    pages = small_site.build()
    assert headings(pages["one/2_pear.html"])[0] == "1.1 Pear"
    assert headings(pages["one/1_apple.html"])[:2] == ["Apple", "Skin"]
