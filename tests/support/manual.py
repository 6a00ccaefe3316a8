"""Reading the manual: its pages, the command lines and links in them."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PAGES = (*sorted(ROOT.glob("*.md")), *sorted(ROOT.glob("docs/**/*.md")))

_FENCE = re.compile(r"^```sh\n(.*?)^```", re.MULTILINE | re.DOTALL)
_INLINE = re.compile(r"`((?:\./)?comity [^`]+)`")
_LINK = re.compile(r"(?<!!)\[[^\]]+\]\(([^)\s]+)\)")
_CODE = re.compile(r"^```.*?^```|`[^`]*`", re.MULTILINE | re.DOTALL)
_ENDS = {"|", ">", "2>", "&", ";", "&&", "||", ")", "<"}


def commands_of(text: str) -> Iterator[tuple[str, ...]]:
    """Yield the words of each `./comity ...` in a page, without what the shell takes for itself."""
    pieces = [line for block in _FENCE.findall(text) for line in block.splitlines()] + _INLINE.findall(text)
    for piece in pieces:
        for start in re.finditer(r"(?:^|\./)comity (?=\S)", piece):
            yield tuple(_words(piece[start.end() :]))


def links_of(text: str) -> tuple[str, ...]:
    """Return the targets of all links in a page, code left out."""
    return tuple(_LINK.findall(_CODE.sub("", text)))


def anchors_of(text: str) -> frozenset[str]:
    """Return the names by which a page's headings can be linked to."""
    titles = re.findall(r"^#+ (.+)$", re.sub(r"^```.*?^```", "", text, flags=re.MULTILINE | re.DOTALL), re.MULTILINE)
    return frozenset(re.sub(r"[^\w\- ]", "", title.lower()).replace(" ", "-") for title in titles)


def _words(rest: str) -> Iterator[str]:
    lexer = shlex.shlex(rest.replace("$(", "( "), posix=True, punctuation_chars="|>&;()<")
    lexer.whitespace_split = True
    lexer.commenters = ""
    depth = 0
    try:
        for word in lexer:
            if word == "(":
                depth += 1
            elif depth:
                depth -= word.startswith(")")
                if not depth:
                    yield "substituted"
            elif set(word) <= set("|>&;()<") or (word == "2" and rest):
                return
            else:
                yield word
    except ValueError:
        return
