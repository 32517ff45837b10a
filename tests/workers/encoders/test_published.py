"""Weights in the formats and places in which libraries keep them; nothing is downloaded."""

import functools
import hashlib
import http.server
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
import timm
import torch
from safetensors.torch import load_file, save_file

from repscope.core.downloads import Downloads
from repscope.core.errors import Cancelled, InvalidRecipe, MethodFailed
from repscope.workers.context import Context
from repscope.workers.encoders import timm as timm_encoder
from repscope.workers.encoders.published import Source, weights
from repscope.workers.registry import find

NAME = "test_vit.r160_in1k"


def unheard(share: float | None, text: str) -> None:
    """Hear nothing."""


@pytest.fixture
def downloads(tmp_path: Path) -> Downloads:
    return Downloads(tmp_path / "downloads")


@pytest.fixture
def server(tmp_path: Path) -> Iterator[tuple[Path, str]]:
    """A publisher on this machine: its folder and address."""
    folder = tmp_path / "published"
    folder.mkdir()

    class Quiet(http.server.SimpleHTTPRequestHandler):
        def log_message(self, *_: object) -> None: ...

    handler = functools.partial(Quiet, directory=str(folder))
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as running:
        threading.Thread(target=running.serve_forever, daemon=True).start()
        yield folder, f"http://127.0.0.1:{running.server_port}"
        running.shutdown()


def test_weights_in_the_cache_of_hugging_face_are_taken_from_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    repository = tmp_path / "hub" / f"models--timm--{NAME}"
    snapshot = repository / "snapshots" / "0123abcd"
    snapshot.mkdir(parents=True)
    (repository / "refs").mkdir()
    (repository / "refs" / "main").write_text("0123abcd")
    torch.manual_seed(5)
    official = timm.create_model("test_vit")  # with its classifier, as it is published
    save_file(official.state_dict(), snapshot / "model.safetensors")
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_CACHE", str(tmp_path / "hub"))
    context = Context.local(downloads=tmp_path / "downloads")
    artifact = find("encoder", "timm").call(context, {"name": NAME}, {})
    kept = load_file(artifact.file("weights.safetensors"))
    assert {key for key in official.state_dict() if not key.startswith("head.")} == kept.keys()
    assert all(torch.equal(kept[key], official.state_dict()[key]) for key in kept)
    assert artifact.meta["pretrained"] is True
    assert context.downloads.has("timm", NAME)


def test_a_checkpoint_in_the_cache_of_torch_is_taken_from_there(
    tmp_path: Path, downloads: Downloads, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TORCH_HOME", str(tmp_path))
    cached = tmp_path / "hub" / "checkpoints" / "net-abc.pth"
    cached.parent.mkdir(parents=True)
    cached.write_bytes(b"weights")
    source = Source("https://nowhere.invalid/net-abc.pth", "net-abc.pth")
    path = weights(downloads, "torchvision", "net", [source], unheard)
    assert path.read_bytes() == b"weights"


def test_a_download_tells_how_far_it_is_and_is_checked(
    downloads: Downloads, server: tuple[Path, str]
) -> None:
    folder, address = server
    (folder / "net.pth").write_bytes(b"x" * 3_000_000)
    shares: list[float | None] = []
    checksum = hashlib.sha256(b"x" * 3_000_000).hexdigest()[:8]
    source = Source(f"{address}/net.pth", "net.pth", sha256=checksum)
    path = weights(downloads, "timm", "net", [source], lambda share, _: shares.append(share))
    assert path.stat().st_size == 3_000_000
    assert shares[0] is None
    assert shares[-1] == 1.0
    assert len(shares) > 2
    with pytest.raises(MethodFailed, match=r"net\.pth has another checksum"):
        weights(
            downloads,
            "timm",
            "other",
            [Source(f"{address}/net.pth", "net.pth", sha256="00000000")],
            unheard,
        )
    assert not downloads.has("timm", "other")


def test_a_download_ends_when_nobody_wants_it(
    downloads: Downloads, server: tuple[Path, str]
) -> None:
    folder, address = server
    (folder / "net.pth").write_bytes(b"x" * 3_000_000)

    def stop(share: float | None, text: str) -> None:
        if share:
            raise Cancelled("The job was cancelled.")

    with pytest.raises(Cancelled):
        weights(downloads, "timm", "net", [Source(f"{address}/net.pth", "net.pth")], stop)
    assert not downloads.has("timm", "net")


def test_without_a_network_one_sentence_says_what_to_do(downloads: Downloads) -> None:
    source = Source("https://weights.invalid/net.pth", "net.pth")
    with pytest.raises(MethodFailed) as caught:
        weights(downloads, "timm", "net", [source], unheard)
    assert caught.value.message.startswith("The weights of net could not be downloaded: there is")
    assert "`repscope prefetch net` gets them beforehand" in caught.value.message


def test_a_mirror_of_hugging_face_is_asked_where_one_is_named(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("HF_ENDPOINT", "https://mirror.example/")
    source = Source.on_hub("timm/net@v2", "model.safetensors")
    assert source.url == "https://mirror.example/timm/net/resolve/v2/model.safetensors"


def test_a_model_without_published_weights_says_so(downloads: Downloads) -> None:
    with pytest.raises(InvalidRecipe, match="timm has no model 'resnet18d_x'; did you mean"):
        timm_encoder.fetch(downloads, "resnet18d_x", unheard)
    with pytest.raises(InvalidRecipe, match="No weights of botnet50ts_256 are published"):
        timm_encoder.fetch(downloads, "botnet50ts_256", unheard)
