"""The parts of paths that more than one route has."""

from typing import Annotated

from litestar.params import PathParameter

GroupUuid = Annotated[str, PathParameter(description="The conversation's uuid.")]
Seq = Annotated[int, PathParameter(description="The message's number.")]
