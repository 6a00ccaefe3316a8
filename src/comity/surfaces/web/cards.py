"""Wide tables that a handheld shows row by row: each cell says which column it belongs to.

A screen of 360 px has no room for four columns side by side. The style sheet then lays each row out as a card, in which
the name of the column stands before each value. Laid out so, browsers no longer tell a screen reader that it is a
table, so every part says what it is by its role.
"""

from __future__ import annotations

import re
from typing import Final

from markupsafe import Markup, escape

_WIDE: Final = 4
"""Columns from which a table is read as cards on a small screen; three fit."""
_HEAD: Final = re.compile(r"<th scope=\"col\"[^>]*>(.*?)</th>", re.DOTALL)
_PART: Final = re.compile(r"<(thead|tbody|tr|th scope=\"col\"|th|td)(?=[\s>])")
_ROLES: Final = {
    "thead": "rowgroup",
    "tbody": "rowgroup",
    "tr": "row",
    'th scope="col"': "columnheader",
    "th": "rowheader",
    "td": "cell",
}


def is_wide(content: Markup) -> bool:
    """Whether a table's rows become cards on a small screen; `content` is its head and body."""
    return len(_HEAD.findall(content)) >= _WIDE


def cards(content: Markup) -> Markup:
    """Return a table's head and body with a role on each part and, on each cell, the name of its column.

    `content` comes from our own templates, in which text from data is escaped: no tag in it is anybody else's, and no
    cell holds another table. A table of fewer than four columns is returned as it is.
    """
    if not is_wide(content):
        return content
    names = [Markup(name).striptags() for name in _HEAD.findall(content)]  # noqa: S704 - out of markup that is safe
    column = 0

    def marked(found: re.Match[str]) -> str:
        nonlocal column
        part = found[1]
        text = f'<{part} role="{_ROLES[part]}"'
        if part == "tr":
            column = 0
        elif part in {"th", "td"}:
            text += f' data-column="{escape(names[column])}"'
            column += 1
        return text

    return Markup(_PART.sub(marked, content))  # noqa: S704 - only attributes of ours were added
