/** The calls that reproduce a view outside the page. */

import type { Recipe } from "../api/types";

/** Shell: submit the recipe, then fetch the array once the job is done. */
export function curlCode(origin: string, recipe: Recipe, id: string, array: string): string {
  const body = JSON.stringify(recipe, null, 2).replaceAll("'", "'\\''");
  return [
    `curl -s ${origin}/api/jobs -H 'Content-Type: application/json' -d '${body}'`,
    "",
    "# once the job's state is done:",
    `curl -s ${origin}/api/artifacts/${id}/arrays/${array}.npy -o ${array}.npy`,
  ].join("\n");
}

/** Python with requests and NumPy alone. */
export function pythonCode(origin: string, recipe: Recipe, array: string): string {
  return [
    "import io, time",
    "import numpy as np, requests",
    "",
    `api = "${origin}/api"`,
    `recipe = ${pythonLiteral(recipe, 0)}`,
    'job = requests.post(f"{api}/jobs", json=recipe).json()',
    'while job["state"] in ("waiting", "queued", "running"):',
    "    time.sleep(0.2)",
    `    job = requests.get(f"{api}/jobs/{job['id']}").json()`,
    `answer = requests.get(f"{api}/artifacts/{job['id']}/arrays/${array}.npy")`,
    `${array} = np.load(io.BytesIO(answer.content))`,
  ].join("\n");
}

/** A JSON value as Python source: True, False and None instead of JSON's words. */
export function pythonLiteral(value: unknown, depth: number): string {
  if (value === null || value === undefined) return "None";
  if (typeof value === "boolean") return value ? "True" : "False";
  if (typeof value !== "object") return JSON.stringify(value);
  const pad = "    ".repeat(depth + 1);
  const end = "    ".repeat(depth);
  if (Array.isArray(value)) {
    return `[${value.map((item) => pythonLiteral(item, depth)).join(", ")}]`;
  }
  const entries = Object.entries(value);
  if (entries.length === 0) return "{}";
  const lines = entries.map(
    ([k, v]) => `${pad}${JSON.stringify(k)}: ${pythonLiteral(v, depth + 1)},`,
  );
  return `{\n${lines.join("\n")}\n${end}}`;
}
