"""How a browser wants the pages to look, by its cookie, so that the first paint is right."""

from typing import Any, NamedTuple

from litestar import Request

COOKIE = "cruddur_look"
"""Written by the page's `look.js`: theme, text size, and what Enter does, with dots between them."""

THEMES = ("system", "light", "dark")
SIZES = ("small", "normal", "large", "larger")
ENTERS = ("sends", "breaks")


class Look(NamedTuple):
    """One of THEMES, of SIZES and of ENTERS."""

    theme: str = THEMES[0]
    size: str = "normal"
    enter: str = ENTERS[0]


def look_of(request: Request[Any, Any, Any]) -> Look:
    """Returns the look of the browser's cookie. A cookie that nobody of ours wrote counts as none."""
    parts = request.cookies.get(COOKIE, "").split(".")
    if len(parts) != len(Look()):
        return Look()
    look = Look(*parts)
    is_known = look.theme in THEMES and look.size in SIZES and look.enter in ENTERS
    return look if is_known else Look()
