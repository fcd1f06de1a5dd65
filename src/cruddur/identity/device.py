"""Describes a browser or program in plain words, from its `User-Agent` header (RFC 9110, 10.1.5)."""

import re

UNKNOWN = "Unknown device"

# The first match counts: most browsers also claim to be those that stand further down.
_BROWSERS = (
    ("Edge", re.compile(r"\bEdg(?:e|A|iOS)?/")),
    ("Opera", re.compile(r"\bOPR/|\bOPT/")),
    ("Samsung Internet", re.compile(r"\bSamsungBrowser/")),
    ("Firefox", re.compile(r"\bFirefox/|\bFxiOS/")),
    ("Chrome", re.compile(r"\b(?:Headless)?Chrome/|\bCriOS/|\bChromium/")),
    ("Safari", re.compile(r"\bSafari/")),
)
_SYSTEMS = (
    ("iPhone", re.compile(r"\biPhone\b")),
    ("iPad", re.compile(r"\biPad\b")),
    ("Android", re.compile(r"\bAndroid\b")),
    ("Windows", re.compile(r"\bWindows\b")),
    ("macOS", re.compile(r"\bMacintosh\b")),
    ("ChromeOS", re.compile(r"\bCrOS\b")),
    ("Linux", re.compile(r"\bLinux\b|\bX11\b")),
)
_PRODUCT = re.compile(r"([A-Za-z][A-Za-z0-9._-]{0,31})(?:/|$)")
_MAX_CHARS = 512


def describe_device(user_agent: str) -> str:
    """Returns for example "Firefox on Linux", or a program's own name, as "curl".

    Anybody can send any header. So the answer holds words of this file, or one short name of letters,
    digits, dots, dashes and underscores.
    """
    text = user_agent[:_MAX_CHARS]
    browser, system = _first(_BROWSERS, text), _first(_SYSTEMS, text)
    if browser and system:
        return f"{browser} on {system}"
    if browser or system:
        return browser or system
    product = _PRODUCT.match(text)
    return product[1] if product else UNKNOWN


def _first(names: tuple[tuple[str, re.Pattern[str]], ...], text: str) -> str:
    return next((name for name, pattern in names if pattern.search(text)), "")
