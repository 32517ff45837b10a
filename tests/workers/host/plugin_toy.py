"""Methods for tests of the host: they leave a trace of when they ran."""

import ctypes
import os
import signal
import time
from pathlib import Path
from typing import Literal

import numpy as np
from pydantic import Field

from repscope.core.catalogue import Input
from repscope.core.errors import MethodFailed
from repscope.workers.context import Context, Result
from repscope.workers.registry import MethodParams, register


class Params(MethodParams):
    """What the toy does."""

    name: str = Field("toy", max_length=40, description="tells one job from another")
    seconds: float = Field(0.0, ge=0.0, le=600.0, description="how long it takes")
    listens: bool = Field(True, description="whether it hears of cancellation")
    holds: bool = Field(False, description="whether no other thread runs meanwhile")
    stop_at: int | None = Field(None, ge=0, le=100, description="where it stopped; empty: nowhere")
    ending: Literal["well", "error", "refusal", "death"] = Field("well", description="how it ends")


@register("dataset", "slow_toy", version=1, title="Toy", params=Params, output="images")
def slow_toy(context: Context, params: Params) -> Result:
    """Wait, then end as asked."""
    trace = Path(os.environ["REPSCOPE_DATA"]) / "trace"
    with trace.open("a") as file:
        file.write(f"begin {params.name} {os.getpid()}\n")
    if params.holds:
        ctypes.PyDLL(None).sleep(int(params.seconds))  # as a library does that keeps the lock
    end = time.monotonic() + params.seconds
    while (left := end - time.monotonic()) > 0:
        if params.listens:
            done = 1.0 - left / params.seconds
            context.progress(done, "waiting")
            context.intermediate(np.full((3, 2), done), done=done)
        if context.finishing:
            context.finish_early(Result(arrays={"images": np.ones((3, 2, 2, 1), np.uint8)}), 7)
        time.sleep(0.02)
    match params.ending:
        case "error":
            raise RuntimeError("the toy broke")
        case "refusal":
            raise MethodFailed("A toy cannot do that; ask for something else.")
        case "death":
            os.kill(os.getpid(), signal.SIGSEGV)
    with trace.open("a") as file:
        file.write(f"end {params.name} {os.getpid()}\n")
    return Result(arrays={"images": np.zeros((3, 2, 2, 1), np.uint8)})


@register("encoder", "slow_toy", version=1, title="Toy", params=Params, output="x", queue="train")
def slow_training(context: Context, params: Params) -> Result:
    """Count to a hundred, going on from where it was stopped."""
    trace = Path(os.environ["REPSCOPE_DATA"]) / "trace"
    checkpoint = context.work / "step"
    step = int(checkpoint.read_text()) if checkpoint.exists() else 0
    threads = os.environ.get("OMP_NUM_THREADS", "")
    with trace.open("a") as file:
        file.write(f"begin-{step}-{os.nice(0)}-{threads} {params.name} {os.getpid()}\n")
    while step < 100:
        time.sleep(params.seconds / 100)
        step += 1
        part = checkpoint.with_name("step.part")
        part.write_text(str(step))
        part.replace(checkpoint)
        context.event("checkpoint", {"step": step})
        context.progress(step / 100, "counting")
    return Result(arrays={"steps": np.array([step])})


@register(
    "embedding",
    "slow_toy",
    version=1,
    title="Toy",
    params=Params,
    inputs=[Input(name="dataset", kind="dataset")],
    output="features",
)
def slow_embedding(context: Context, params: Params, dataset: object) -> Result:
    """Wait, on top of a dataset."""
    return slow_toy(context, params)
