"""The form of log lines; that processes write in it is seen where they run."""

import json
import logging
import sys

import pytest

from repscope.core.logs import JsonFormatter, TextFormatter, about


def record(message: str, *values: object) -> logging.LogRecord:
    return logging.LogRecord("repscope.test", logging.WARNING, "", 0, message, values, None)


def test_a_json_line_holds_what_a_search_needs() -> None:
    with about(request="r1"), about(job="j1"):
        line = json.loads(JsonFormatter().format(record("%d jobs\nwent back", 3)))
    assert line["message"] == "3 jobs\nwent back"
    assert (line["level"], line["logger"]) == ("warning", "repscope.test")
    assert (line["request"], line["job"]) == ("r1", "j1")
    assert line["time"].endswith("Z")
    later = json.loads(JsonFormatter().format(record("later")))
    assert not {"request", "job"} & later.keys()


def test_a_json_line_is_one_line_even_with_a_traceback() -> None:
    entry = record("failed")
    try:
        raise ValueError("token=abcdefgh")
    except ValueError:
        entry.exc_info = sys.exc_info()
    text = JsonFormatter().format(entry)
    assert "\n" not in text
    assert "abcdefgh" not in text
    assert "Traceback" in json.loads(text)["error"]


def test_a_text_line_names_its_job() -> None:
    with about(job="j1"):
        assert "WARNING repscope.test [job j1]: hello" in TextFormatter().format(record("hello"))
    assert "WARNING repscope.test: hello" in TextFormatter().format(record("hello"))


@pytest.mark.parametrize("formatter", [TextFormatter(), JsonFormatter()])
@pytest.mark.parametrize(
    "text",
    [
        "GET /?token=SECRET&x=1",
        "Authorization: Bearer SECRET",
        "cannot reach postgresql://repscope:SECRET@db:5432/repscope",
        "cannot reach redis://:SECRET@redis:6379/0",
    ],
)
def test_secrets_are_struck_out(formatter: logging.Formatter, text: str) -> None:
    line = formatter.format(record("%s", text))
    assert "SECRET" not in line
    assert "***" in line


def test_addresses_without_secrets_stay_whole() -> None:
    line = TextFormatter().format(record("runs at http://127.0.0.1:8000/docs"))
    assert "http://127.0.0.1:8000/docs" in line
