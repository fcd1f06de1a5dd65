"""A newer version of the service: a copy of this one, whose page has other files."""

import shutil
from pathlib import Path

import cruddur

_PAGES = "cruddur/web/pages"
_CHANGES = {
    "static/js/main.js": 'document.documentElement.dataset.version = "newer";\n',
    "static/js/later.js": 'document.documentElement.dataset.rest = "newer";\n',
    "static/js/settings_sheet.js": 'document.documentElement.dataset.part = "newer";\n',
    "static/css/messages.css": "#of-the-newer { color: red; }\n",
    "templates/_dialogs.html": '<p id="of-the-newer" hidden></p>\n',
}
"""What is added at the end of each file."""


def make_newer(folder: Path) -> Path:
    """Makes the copy, and returns what `PYTHONPATH` has to be for it."""
    shutil.copytree(Path(cruddur.__file__).parent, folder / "cruddur")  # with what is compiled
    for name, more in _CHANGES.items():
        with (folder / _PAGES / name).open("a", encoding="utf-8") as file:
            file.write(more)
    return folder
