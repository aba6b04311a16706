"""The API page of a room is put together from what the room and its mechanisms export."""

import attnkit.book.api_directive as directive
from attnkit.cards import cards

PAGE = "# API\n\n```{api} normalisation\n```\n"


def test_a_room_and_what_its_mechanisms_add_stand_on_its_page(small_site):
    small_site.write("index.md", "# Book\n```{toctree}\napi/normalisation\n```\n")
    small_site.write("api/normalisation.md", PAGE)
    page = small_site.build()["api/normalisation.html"]
    assert 'id="attnkit.normalisation.sigmoid_weights"' in page
    assert 'id="attnkit.normalisation.sigmoid.sigmoid_weights"' not in page


def test_a_mechanism_that_comes_has_its_page_read_again(small_site, monkeypatch):
    small_site.write("index.md", "# Book\n```{toctree}\napi/normalisation\n```\n")
    small_site.write("api/normalisation.md", PAGE)
    sigmoid = [card for card in cards() if card.name == "sigmoid"]
    monkeypatch.setattr(directive, "cards", lambda: sigmoid)
    monkeypatch.setattr(directive, "own_names", lambda module: ["sigmoid_weights"])
    added = 'id="attnkit.normalisation.sigmoid.sigmoid_weights"'
    with monkeypatch.context() as before:
        before.setattr(directive, "cards", lambda: [])
        assert added not in small_site.build()["api/normalisation.html"]
    assert added in small_site.build()["api/normalisation.html"]
