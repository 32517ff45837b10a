"""Asking for artifacts: resolve, submit, look, cancel, retry."""

from concurrent.futures import ThreadPoolExecutor

from tests.backend.conftest import Bench
from tests.backend.recipes import DIGITS, EMBEDDING, GRAPH, MAP, PIXELS, UNKNOWN, shapes


def test_resolving_queues_nothing(bench: Bench) -> None:
    answer = bench.client.post("/api/resolve", json=MAP)
    assert answer.status_code == 200
    found = answer.json()
    assert found["state"] == "missing"
    kinds = [node["kind"] for node in found["graph"]]
    assert sorted(kinds[:2]) == ["dataset", "encoder"]
    assert kinds[2:] == ["embedding", "projection"]
    assert {node["state"] for node in found["graph"]} == {"missing"}
    assert found["recipe"]["params"] == {"dimensions": 2}
    assert found["graph"][-1]["inputs"] == [found["graph"][-2]["id"]]
    assert bench.client.get("/api/jobs").json() == {"jobs": []}
    assert bench.services.jobs.queued() == 0


def test_an_estimate_needs_the_sizes_and_then_adds_up(bench: Bench) -> None:
    assert bench.client.post("/api/resolve", json=MAP).json()["estimate"] == {"seconds": None}
    bench.make(EMBEDDING)
    estimate = bench.client.post("/api/resolve", json=MAP).json()["estimate"]["seconds"]
    cost = bench.services.catalogue().get("projection", "pca").cost
    rows, width = 1797, 64
    sizes = {"constant": 1, "rows*width": rows * width, "rows*width*width": rows * width**2}
    assert abs(estimate - sum(cost[term] * sizes[term] for term in cost)) < 1e-9
    bench.make(MAP)
    assert bench.client.post("/api/resolve", json=MAP).json()["estimate"] == {"seconds": 0.0}


def test_a_recipe_is_made_with_all_that_it_needs(bench: Bench) -> None:
    answer = bench.client.post("/api/jobs", json=MAP)
    assert answer.status_code == 202
    job = answer.json()
    assert (job["kind"], job["method"], job["state"]) == ("projection", "pca", "waiting")
    assert bench.client.get("/api/health").json()["queue"] == 2
    assert bench.work()[2:] == ["embedding", "projection"]
    done = bench.client.get(f"/api/jobs/{job['id']}").json()
    assert (done["state"], done["progress"], done["error"]) == ("done", 1.0, None)
    assert done["ended"] >= done["started"] >= done["created"]
    again = bench.client.post("/api/jobs", json=MAP)
    assert (again.status_code, again.json()["id"]) == (200, job["id"])
    states = [n["state"] for n in bench.client.post("/api/resolve", json=MAP).json()["graph"]]
    assert states == ["done"] * 4


def test_equal_wishes_have_one_id(bench: Bench) -> None:
    written = [
        MAP,
        {**MAP, "params": {"dimensions": 2}},
        {**MAP, "params": {"dimensions": 2.0}},
        {**MAP, "seed": 7},  # nothing is drawn at random
        {**MAP, "version": 1},
    ]
    ids = {bench.client.post("/api/resolve", json=recipe).json()["id"] for recipe in written}
    assert len(ids) == 1
    other = bench.client.post("/api/resolve", json={**MAP, "params": {"dimensions": 3}}).json()
    assert other["id"] not in ids


def test_thirty_at_once_share_one_job(bench: Bench) -> None:
    with ThreadPoolExecutor(30) as pool:
        asked = [pool.submit(bench.client.post, "/api/jobs", json=MAP) for _ in range(30)]
        answers = [future.result() for future in asked]
    assert {answer.status_code for answer in answers} == {202}
    assert len({answer.json()["id"] for answer in answers}) == 1
    assert len(bench.work()) == 4


def test_inputs_may_be_given_by_id(bench: Bench) -> None:
    embedding = bench.make(EMBEDDING)
    by_id = {**MAP, "inputs": {"embedding": embedding.id}}
    nested = bench.client.post("/api/resolve", json=MAP).json()
    assert bench.client.post("/api/resolve", json=by_id).json()["id"] == nested["id"]


def test_each_browser_sees_its_own_jobs(bench: Bench) -> None:
    browser = {"Cookie": "repscope_browser=" + "a" * 32}
    bench.client.post("/api/jobs", json=DIGITS)
    bench.client.post("/api/jobs", json=PIXELS, headers=browser)
    mine = bench.client.get("/api/jobs").json()["jobs"]
    theirs = bench.client.get("/api/jobs", headers=browser).json()["jobs"]
    assert [job["kind"] for job in mine] == ["dataset"]
    assert [job["kind"] for job in theirs] == ["encoder"]


def test_jobs_are_listed_newest_first_and_by_state(bench: Bench) -> None:
    bench.make(DIGITS)
    bench.client.post("/api/jobs", json=shapes(count=3))
    listed = bench.client.get("/api/jobs").json()["jobs"]
    assert [job["method"] for job in listed] == ["shapes", "digits"]
    done = bench.client.get("/api/jobs", params={"state": "done"}).json()["jobs"]
    assert [job["method"] for job in done] == ["digits"]
    assert len(bench.client.get("/api/jobs", params={"limit": 1}).json()["jobs"]) == 1


def test_cancelling_withdraws_and_retrying_queues_again(bench: Bench) -> None:
    job = bench.client.post("/api/jobs", json=GRAPH).json()["id"]
    cancelled = bench.client.post(f"/api/jobs/{job}/cancel")
    assert (cancelled.status_code, cancelled.json()["state"]) == (200, "cancelled")
    assert bench.work() == []
    twice = bench.client.post(f"/api/jobs/{job}/cancel")
    assert (twice.status_code, twice.json()["error"]["job"]) == (409, job)
    retried = bench.client.post(f"/api/jobs/{job}/retry")
    assert (retried.status_code, retried.json()["state"]) == (202, "waiting")
    assert len(bench.work()) == 4
    assert bench.client.post(f"/api/jobs/{job}/retry").status_code == 409


def test_one_persons_cancel_leaves_the_others_job(bench: Bench) -> None:
    browser = {"Cookie": "repscope_browser=" + "b" * 32}
    job = bench.client.post("/api/jobs", json=DIGITS).json()["id"]
    bench.client.post("/api/jobs", json=DIGITS, headers=browser)
    assert bench.client.post(f"/api/jobs/{job}/cancel").json()["state"] == "queued"
    assert bench.client.get("/api/jobs").json()["jobs"] == []


def test_a_failed_job_tells_why(bench: Bench) -> None:
    job_id = bench.client.post("/api/jobs", json=DIGITS).json()["id"]
    job = bench.leases.claim("test", ["compute"], ["dataset/digits@1"])
    assert job is not None
    bench.leases.fail(job, "The disk is full; free some space and retry.", "Traceback ...")
    failed = bench.client.get(f"/api/jobs/{job_id}").json()
    assert failed["state"] == "failed"
    assert failed["error"]["message"].startswith("The disk is full")


def test_an_unknown_job_is_404(bench: Bench) -> None:
    for verb, path in (("GET", ""), ("POST", "/cancel"), ("POST", "/retry")):
        answer = bench.client.request(verb, f"/api/jobs/{UNKNOWN}{path}")
        assert answer.status_code == 404
        assert answer.json()["error"]["code"] == "not_found"


def test_the_catalogue_lists_what_can_be_made(bench: Bench) -> None:
    methods = bench.client.get("/api/catalogue").json()["methods"]
    assert {"dataset/digits", "projection/pca"} <= {f"{m['kind']}/{m['method']}" for m in methods}
    pca = next(m for m in methods if (m["kind"], m["method"]) == ("projection", "pca"))
    assert pca["params"]["properties"]["dimensions"]["default"] == 2
    assert pca["output"] == "points"


def test_a_method_that_a_worker_brings_appears_within_seconds(bench: Bench) -> None:
    pca = bench.services.catalogue().get("projection", "pca")
    brought = pca.model_copy(update={"method": "toy", "title": "Toy"})
    bench.services.workers.publish_catalogue("test", [brought])
    bench.services._catalogue_looked -= 2.0
    answer = bench.client.post("/api/resolve", json={**MAP, "method": "toy"})
    assert answer.json()["graph"][-1]["title"] == "Toy"


def test_health_names_the_workers(bench: Bench) -> None:
    health = bench.client.get("/api/health").json()
    assert (health["status"], health["workers"], health["queue"]) == ("ok", [], 0)
    bench.services.workers.register(
        "w", pid=1, queues=["compute"], device="cpu", version=health["version"]
    )
    (worker,) = bench.client.get("/api/health").json()["workers"]
    assert (worker["id"], worker["queues"], worker["job"]) == ("w", ["compute"], None)
