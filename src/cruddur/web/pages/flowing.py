"""Whether the time of a message may stand in the last line of its text.

`static/js/flowing.js` has the same pattern, and `tests/browser/test_first_paint.py` compares the two. It
names the characters of which all lines begin at the left and no mark leaves its line: in another text
a line from right to left would begin at the left, or a pile of marks lie over the time (decision 102).
"""

import re

_WORDS = "\n -\u02ff\u0370-\u0482\u048a-\u052f\u1e00-\u200d\u2010-\u2027\u2030-\u205f\u20a0-\u20bf"
_SIGNS = "\u2100-\u27bf\u2900-\u2bff\ufe0f\U0001f000-\U0001faff"
_EAST_ASIAN = "\u3000-\u3029\u3030-\u3098\u309b-\ua4cf\uac00-\ud7a3\uf900-\ufaff\uff00-\uffdc"
_FLOWING = re.compile(f"[{_WORDS}{_SIGNS}{_EAST_ASIAN}]*")


def is_flowing(text: str) -> bool:
    """Whether all of the text runs from left to right, without marks that could pile up."""
    return _FLOWING.fullmatch(text) is not None
