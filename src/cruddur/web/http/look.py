"""How a browser wants the pages to look, by its cookie, so that the first paint is right."""

from typing import Any, NamedTuple

from litestar import Request

COOKIE = "cruddur_look"
"""Written by the page's `look.js`: theme, text size, what Enter does, and the step of the list's width,
with dots between them. Earlier versions wrote the first three."""

THEMES = ("system", "light", "dark")
SIZES = ("small", "normal", "large", "larger")
ENTERS = ("sends", "breaks")
PANES = tuple(str(step) for step in range(13))
"""Steps of 24 pixels from 240 on. The style sheet has a rule for each (decision 103)."""


class Look(NamedTuple):
    """One of THEMES, of SIZES, of ENTERS and of PANES."""

    theme: str = THEMES[0]
    size: str = "normal"
    enter: str = ENTERS[0]
    pane: str = PANES[5]

    @property
    def pane_width(self) -> int:
        """How wide the list of conversations is, in pixels, where the window has room for it."""
        return 240 + 24 * int(self.pane)


def look_of(request: Request[Any, Any, Any]) -> Look:
    """Returns the look of the browser's cookie. A cookie that nobody of ours wrote counts as none."""
    parts = request.cookies.get(COOKIE, "").split(".")
    if not len(Look()) - 1 <= len(parts) <= len(Look()):
        return Look()
    look = Look(*parts)
    known = (THEMES, SIZES, ENTERS, PANES)
    is_known = all(word in words for word, words in zip(look, known, strict=True))
    return look if is_known else Look()
