"""What a live call answers."""

from typing import Any

from numpy.typing import NDArray


class Answer(dict[str, NDArray[Any]]):
    """The arrays of an answer, by name.

    Attributes:
        meta: What else the method says, such as the errors of a reconstruction.
    """

    def __init__(self, arrays: dict[str, NDArray[Any]], meta: dict[str, Any]) -> None:
        """Keep both."""
        super().__init__(arrays)
        self.meta = meta
