"""Parameters that every reader of a file has."""

from typing import Annotated

from pydantic import Field

from repscope.core.uploads import DIGEST_PATTERN, UPLOAD_FORMAT

#: An upload, named by its SHA-256 as the server told it when the file was sent.
Upload = Annotated[
    str,
    Field(pattern=DIGEST_PATTERN, max_length=64, json_schema_extra={"format": UPLOAD_FORMAT}),
]
#: A name for people.
Title = Annotated[str, Field(max_length=200)]
#: Names of classes, in the order of their numbers.
ClassNames = Annotated[list[Annotated[str, Field(max_length=200)]], Field(max_length=1000)]
