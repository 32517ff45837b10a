import re
from enum import StrEnum
from typing import Any, Literal

import pytest
from pydantic import BaseModel, Field

from repscope.core.params import normalize
from repscope.core.uploads import UPLOAD_FORMAT
from repscope.workers.registry import MethodParams, all_methods
from repscope.workers.schema import form_schema


class Color(StrEnum):
    RED = "red"
    BLUE = "blue"


class Full(MethodParams):
    count: int = Field(3, ge=1, le=9, description="how many")
    layer: str | None = Field(None, max_length=20, description="which layer")
    size: int | None = Field(None, gt=0, lt=9, description="how large")
    metric: Literal["a", "b"] | None = Field("a", description="which metric")
    color: Color = Field(Color.RED, description="which color")
    weights: list[float] = Field([], max_length=3, description="which weights")


def test_a_form_is_flat() -> None:
    with pytest.raises(TypeError, match="'weights'"):
        form_schema(Full, "here")  # the list is bounded, its numbers are not
    del Full.model_fields["weights"]
    Full.model_rebuild(force=True)
    schema = form_schema(Full, "here")
    properties = schema["properties"]
    assert schema["additionalProperties"] is False
    assert properties["layer"]["type"] == ["string", "null"]
    assert properties["size"]["exclusiveMaximum"] == 9
    assert properties["metric"]["enum"] == ["a", "b", None]
    assert properties["color"]["enum"] == ["red", "blue"]
    assert "$ref" not in str(schema)
    assert "anyOf" not in str(schema)


def test_the_server_reads_it_as_pydantic_does() -> None:
    for entry in all_methods():
        properties = entry.method.params["properties"]
        required = {n for n, field in entry.params.model_fields.items() if field.is_required()}
        given = {name: _some(properties[name]) for name in required}
        normalized = normalize(given, entry.method.params, "params")
        assert normalized == entry.params.model_validate(given).model_dump()


def _some(schema: dict[str, Any]) -> Any:
    """Return a value that a required parameter takes."""
    if schema.get("format") == UPLOAD_FORMAT:
        return "0" * 64
    if schema["type"] == "array":
        return [_some(schema["items"])] * schema.get("minItems", 1)
    if schema["type"] != "string":
        return 1
    # The name of a dataset of others is that of its owner, too.
    return "name" if re.fullmatch(schema.get("pattern", ".*"), "name") else "owner/name"


@pytest.mark.parametrize(
    ("annotation", "field", "message"),
    [
        (int, Field(1, ge=0, description="d"), "lower and an upper bound"),
        (float, Field(1.0, le=2.0, description="d"), "lower and an upper bound"),
        (float | None, Field(None, description="d"), "lower and an upper bound"),
        (int, Field(1, ge=0, le=2), "description"),
        (str, Field("", description="d"), "max_length"),
        (list[str], Field([], description="d"), "max_length"),
    ],
)
def test_what_is_not_bounded_or_described_is_refused(
    annotation: object, field: object, message: str
) -> None:
    params: type[BaseModel] = type(
        "Loose", (MethodParams,), {"__annotations__": {"value": annotation}, "value": field}
    )
    with pytest.raises(TypeError, match=message):
        form_schema(params, "here")
