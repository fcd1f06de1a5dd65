"""`cruddur model`: the data model, for NoSQL Workbench."""

from pathlib import Path

import msgspec
import rich_click as click

from cruddur.tools.data_model import workbench_model


@click.command()
@click.option(
    "--output", "-o", type=click.Path(path_type=Path, dir_okay=False), help="The file to write."
)
def model(output: Path | None) -> None:
    """Export the data model for NoSQL Workbench for DynamoDB, with sample items.

    Each access pattern of `docs/data-model.md` is a facet. Import the file in its data modeler.
    """
    json = msgspec.json.format(msgspec.json.encode(workbench_model()), indent=2)
    if output is None:
        click.echo(json)
        return
    output.write_bytes(json + b"\n")
    click.echo(f"Wrote {output}", err=True)
