"""Parses the address of a table: `sqlite:FOLDER`, `dynamodb:TABLE@URL` or `dynamodb:TABLE`."""

from pathlib import Path

from cruddur.config import Settings, WrongSetting, check_url, path_of
from cruddur.schema.table import FILE_NAME
from cruddur.setting_texts import problem_of, shown

FORMS = "sqlite:FOLDER, dynamodb:TABLE@http://HOST:PORT, or dynamodb:TABLE on AWS"


def settings_of(address: str, region: str | None = None) -> Settings:
    """Returns the settings that open the table. Raises WrongSetting."""
    if problem := problem_of(address, is_path=True):
        raise WrongSetting(f"the place of a table {problem}; it takes {FORMS}")
    engine, _, rest = address.partition(":")
    table, at, url = rest.partition("@")
    if engine == "sqlite" and rest:
        return Settings(table="sqlite", data=_folder(path_of(rest)))
    if engine == "dynamodb" and table and bool(at) == bool(url):
        if url:
            check_url(url, f"what follows the @ of `dynamodb:{table}@…`")
        region = region or Settings().region
        return Settings(table="dynamodb", table_name=table, endpoint_url=url or None, region=region)
    raise WrongSetting(f"{shown(address)} is no place for a table: it takes {FORMS}")


def _folder(path: Path) -> Path:
    if path.name == FILE_NAME and not path.is_dir():
        return path.parent
    if path.is_file():
        raise WrongSetting(f"{path} is a file; `sqlite:` takes the folder of a {FILE_NAME}")
    return path
