"""Promises of the compose files and the image that need no container to be checked."""

import re
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import Any

import pytest
import yaml

from repscope.core import broker
from repscope.core.settings import Settings
from tests.compose.composition import BASE, GPU, ROOT, composition, seconds

DOCKERFILE = ROOT / "docker" / "Dockerfile"
PAGE = ROOT / "docs" / "servers.md"
SERVICES = composition()["services"]
WORKERS = [name for name in SERVICES if name.startswith("worker-")]

every_service = pytest.mark.parametrize("name", SERVICES)


def run(program: str, *arguments: str | Path) -> None:
    command = [Path(sys.executable).with_name(program), *arguments]
    ended = subprocess.run(command, capture_output=True, text=True, cwd=ROOT)
    assert ended.returncode == 0, ended.stdout + ended.stderr


def samples() -> list[str]:
    """The compose files that the page on servers shows."""
    return re.findall(r"```yaml\n(.*?)```", PAGE.read_text(), flags=re.DOTALL)


def test_compose_files_follow_the_specification(tmp_path: Path) -> None:
    shown = []
    for number, text in enumerate(samples()):
        shown.append(tmp_path / f"sample{number}.yml")
        shown[-1].write_text(text)
    assert shown
    run("check-jsonschema", "--builtin-schema", "vendor.compose-spec", BASE, GPU, *shown)


def test_dockerfile_follows_good_practice() -> None:
    run("hadolint", DOCKERFILE)


def test_only_the_backend_is_published_and_to_this_machine_alone() -> None:
    assert {name for name in SERVICES if "ports" in SERVICES[name]} == {"backend"}
    assert SERVICES["backend"]["ports"] == ["127.0.0.1:8000:8000"]
    elsewhere = composition(variables={"REPSCOPE_PUBLISH": "0.0.0.0:80"})["services"]["backend"]
    assert elsewhere["ports"] == ["0.0.0.0:80:8000"]
    # Listening beyond loopback inside its container, it asks everyone for the token.
    command = elsewhere["command"]
    assert command[command.index("--host") + 1] == "0.0.0.0"


@every_service
def test_a_service_has_no_rights_that_it_does_not_need(name: str) -> None:
    service = SERVICES[name]
    assert service["read_only"] is True
    assert service["cap_drop"] == ["ALL"]
    assert service["security_opt"] == ["no-new-privileges:true"]
    assert service["user"].split(":")[0] not in ("root", "0")
    assert not {"privileged", "cap_add", "network_mode", "pid", "ipc"} & set(service)


@every_service
def test_a_service_is_watched_started_again_and_given_time_to_stop(name: str) -> None:
    service = SERVICES[name]
    assert service["restart"] == "unless-stopped"
    assert service["healthcheck"]["test"][0] in ("CMD", "CMD-SHELL")
    assert seconds(service["stop_grace_period"]) >= 30
    for needed, how in service.get("depends_on", {}).items():
        assert how == {"condition": "service_healthy"}
        assert "healthcheck" in SERVICES[needed]


@every_service
def test_a_service_can_be_there_several_times(name: str) -> None:
    assert not {"container_name", "hostname"} & set(SERVICES[name])


@every_service
def test_a_service_keeps_its_data_in_named_volumes(name: str) -> None:
    named = [volume.partition(":")[0] for volume in SERVICES[name]["volumes"]]
    assert set(named) <= set(composition()["volumes"])


def test_only_the_backend_has_a_way_out() -> None:
    networks = composition()["networks"]
    assert networks["inside"] == {"internal": True}
    assert {n for n in SERVICES if SERVICES[n]["networks"] != ["inside"]} == {"backend"}


def test_workers_serve_every_queue() -> None:
    served = [word.partition("=")[2] for n in WORKERS for word in SERVICES[n]["command"][-1:]]
    assert sorted(served) == sorted([*broker.JOB_QUEUES, broker.LIVE_QUEUE])


def test_every_setting_that_is_handed_on_exists() -> None:
    fields = {f"REPSCOPE_{name.upper()}" for name in Settings.model_fields}
    given = yaml.safe_load(BASE.read_text())["services"]
    for name in ("backend", *WORKERS):
        assert set(given[name]["environment"]) <= fields


def test_the_page_on_servers_names_every_setting_and_variable() -> None:
    text = PAGE.read_text()
    for name in Settings.model_fields:
        assert f"`REPSCOPE_{name.upper()}`" in text
    for variable in re.findall(r"\$\{(\w+)", BASE.read_text() + GPU.read_text()):
        assert f"`{variable}`" in text


def test_the_gpu_file_changes_the_image_and_the_device_alone() -> None:
    merged = composition(BASE, GPU)["services"]
    assert set(merged) == set(SERVICES)
    for name in WORKERS:
        worker: dict[str, Any] = merged[name]
        [device] = worker.pop("deploy")["resources"]["reservations"]["devices"]
        assert device == {"driver": "nvidia", "count": "all", "capabilities": ["gpu"]}
        assert worker["environment"].pop("CUDA_VISIBLE_DEVICES") == "0"
    for name in ("backend", *WORKERS):
        assert merged[name].pop("image") == "repscope:gpu"
        assert merged[name]["build"]["args"].pop("TORCH_BACKEND") == ""
        base = {key: value for key, value in SERVICES[name].items() if key != "image"}
        arguments = {k: v for k, v in base["build"]["args"].items() if k != "TORCH_BACKEND"}
        assert merged[name] == {**base, "build": {**base["build"], "args": arguments}}


def test_the_second_gpu_of_the_page_is_served_like_the_first(tmp_path: Path) -> None:
    [shown] = [text for text in samples() if "CUDA_VISIBLE_DEVICES" in text]
    (file := tmp_path / "second.yml").write_text(shown)
    services = composition(BASE, GPU, file)["services"]
    [name] = set(services) - set(SERVICES)
    assert services[name]["environment"].pop("CUDA_VISIBLE_DEVICES") == "1"
    assert services["worker-compute"]["environment"].pop("CUDA_VISIBLE_DEVICES") == "0"
    assert services[name] == services["worker-compute"]


@pytest.mark.parametrize("file", [BASE, GPU, DOCKERFILE], ids=lambda file: file.name)
def test_no_file_names_a_registry(file: Path) -> None:
    text = file.read_text()
    for address in re.findall(r"\w+://(?:[^@\s\"']*@)?([\w.-]+)", text):
        assert address in {"127.0.0.1", *SERVICES}
    for image in re.findall(r"(?:_IMAGE:-|BASE_IMAGE=|image: )([^}\s]+)", text):
        assert "/" not in image


def test_the_image_runs_as_the_user_that_compose_names() -> None:
    text = DOCKERFILE.read_text()
    assert f"USER {SERVICES['backend']['user']}\n" in text
    assert {SERVICES[name]["user"] for name in WORKERS} == {SERVICES["backend"]["user"]}
    folders = {volume.partition(":")[2] for n in WORKERS for volume in SERVICES[n]["volumes"]}
    made = re.search(r"install --directory .* --mode=0700 ([^\\\n]*)", text)
    assert made is not None
    assert folders == set(made[1].split())


def test_the_build_sees_all_that_the_wheel_is_made_of_and_no_more() -> None:
    let_in = {
        line[1:] for line in (ROOT / ".dockerignore").read_text().splitlines() if line[:1] == "!"
    }
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())
    needed = {
        path.partition("/")[0]
        for path in project["tool"]["hatch"]["build"]["targets"]["wheel"]["packages"]
    }
    needed |= {project["project"]["readme"], *project["project"]["license-files"]}
    # The build hook and what it calls.
    needed |= {"hatch_build.py", "tools", "frontend", "pyproject.toml", "constraints.txt"}
    assert let_in == needed
