"""`sqlite:FOLDER`, `dynamodb:TABLE@URL` and `dynamodb:TABLE`: where a table is, in a word."""

from pathlib import Path

from cruddur.config import Settings, WrongSetting, check_url
from cruddur.table.schema import FILE_NAME

FORMS = "sqlite:FOLDER, dynamodb:TABLE@http://HOST:PORT, or dynamodb:TABLE on AWS"


def settings_of(address: str, region: str | None = None) -> Settings:
    """The settings that open it. Raises WrongSetting."""
    engine, _, rest = address.partition(":")
    table, at, url = rest.partition("@")
    if engine == "sqlite" and rest:
        return Settings(table="sqlite", data=_folder(Path(rest).expanduser()))
    if engine == "dynamodb" and table and bool(at) == bool(url):
        if url:
            check_url(url, f"what follows the @ of {address!r}")
        region = region or Settings().region
        return Settings(table="dynamodb", table_name=table, endpoint_url=url or None, region=region)
    raise WrongSetting(f"{address!r} is no place for a table: it takes {FORMS}")


def _folder(path: Path) -> Path:
    if path.name == FILE_NAME and not path.is_dir():
        return path.parent
    if path.is_file():
        raise WrongSetting(f"{path} is a file; `sqlite:` takes the folder of a {FILE_NAME}")
    return path
