"""Whether a text is shown large: it has one to three emoji, and nothing else.

`static/js/big_emoji.js` has the same pattern. It takes a sign that only its selector makes an emoji for
one as well if the selector is there, and knows no list of emoji, since the page does not have one.
"""

import re

_TONE = "\U0001f3fb-\U0001f3ff"
_PICTURE = "\U0001f000-\U0001f1e5\U0001f200-\U0001faff"
_COLOURED = (  # of the signs below, those that are emoji without a selector
    "\u231a\u231b\u23e9-\u23ec\u23f0\u23f3\u25fd\u25fe\u2614\u2615\u2648-\u2653\u267f\u2693\u26a1"
    "\u26aa\u26ab\u26bd\u26be\u26c4\u26c5\u26ce\u26d4\u26ea\u26f2\u26f3\u26f5\u26fa\u26fd\u2705"
    "\u270a\u270b\u2728\u274c\u274e\u2753-\u2755\u2757\u2795-\u2797\u27b0\u27bf\u2b1b\u2b1c\u2b50\u2b55"
)
_SIGN = "\u00a9\u00ae\u203c-\u3299"
_PART = f"(?:[{_PICTURE}{_COLOURED}][\ufe0f{_TONE}]?|[{_SIGN}][\ufe0f{_TONE}])"
_JOINED = f"{_PART}(?:\u200d(?:{_PART}|[{_SIGN}]))*"
_FLAG = "[\U0001f1e6-\U0001f1ff]{2}|\U0001f3f4[\U000e0020-\U000e007f]+"
_ONE = f"(?:{_FLAG}|[#*0-9]\ufe0f?\u20e3|{_JOINED})"
_FEW = re.compile(f"[ \n]*(?:{_ONE}[ \n]*){{1,3}}")


def is_big_emoji(text: str) -> bool:
    """Whether the text is shown large."""
    return _FEW.fullmatch(text) is not None
