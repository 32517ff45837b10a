"""A training is paused by cancelling it and goes on by asking again, however Repscope runs."""

from tests.conformance.deployments import Deployment, wait


def steps(deployment: Deployment, name: str) -> list[int]:
    """At which step each attempt began."""
    return [int(word.split("-")[1]) for word in deployment.trace(name) if "-" in word]


def test_a_paused_training_goes_on_from_its_checkpoint_after_a_restart(
    deployment: Deployment,
) -> None:
    job = deployment.submit("run", kind="encoder", seconds=100.0)
    checkpoint = deployment.data / "work" / job / "step"
    wait(lambda: checkpoint.exists() and checkpoint.read_text() != "1")
    # Maps go on meanwhile.
    assert deployment.ended(deployment.submit("beside"))["state"] == "done"
    assert deployment.job(job)["state"] == "running"
    deployment.call(f"/jobs/{job}/cancel", {})
    assert deployment.ended(job)["state"] == "cancelled"
    stood = int(checkpoint.read_text())
    deployment.kill("server", job)
    assert deployment.call(f"/jobs/{job}/retry", {})["state"] in ("queued", "running")
    wait(lambda: len(steps(deployment, "run")) == 2)
    assert steps(deployment, "run") == [0, stood]
    deployment.call(f"/jobs/{job}/cancel", {})
    assert deployment.ended(job)["state"] == "cancelled"
