#!/usr/bin/env bash
# sphinx-book-theme: the button that opens a page on Binder, for a repository on a git server that is
# neither GitHub nor GitLab's own.
#
# Expected: BinderHub's form, /v2/git/<the whole address, escaped>/<branch>, in which the address is
# one segment of the path: https%3A%2F%2Fgit.example.org%2Fteam%2Fbook/main.
# Seen with sphinx-book-theme 1.3.0: the address keeps its slashes, https%3A//git.example.org/team/book.
# BinderHub cuts at the first slash (GitRepoProvider), and looks for a repository called "https:".
#
# Why it matters here: universities keep courses on servers of their own, so the book's buttons are
# made in attnkit/book/launch.py.
set -euo pipefail
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT
python3 -m venv "$tmp/venv"
"$tmp/venv/bin/pip" install --quiet \
  sphinx-book-theme==1.3.0 pydata-sphinx-theme==0.17.1 Sphinx==7.4.7 docutils==0.21.2
mkdir "$tmp/book"
cat > "$tmp/book/conf.py" <<'PY'
html_theme = "sphinx_book_theme"
html_theme_options = {
    "repository_url": "https://git.example.org/team/book",
    "repository_provider": "gitlab",
    "repository_branch": "main",
    "launch_buttons": {"binderhub_url": "https://binder.example.org"},
}
PY
printf ':kernelspec: python3\n\nA notebook\n==========\n' > "$tmp/book/index.rst"
"$tmp/venv/bin/python" -m sphinx -q "$tmp/book" "$tmp/html"
"$tmp/venv/bin/python" - "$tmp/html/index.html" <<'PY'
import re
import sys
from pathlib import Path
from urllib.parse import unquote

page = Path(sys.argv[1]).read_text()
(spec,) = re.findall(r'href="https://binder\.example\.org/v2/git/([^"?]*)\?', page)
address, _, branch = spec.partition("/")
print("the theme's link:", spec)
print("BinderHub reads: address", repr(unquote(address)), "and branch", repr(branch))
assert unquote(address) == "https:"
PY
