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

/** Python with nothing but NumPy and its own library. */
export function pythonCode(origin: string, recipe: Recipe, array: string): string {
  return [
    "import io, json, time, urllib.request",
    "import numpy as np",
    "",
    `api = "${origin}/api"`,
    `recipe = ${pythonLiteral(recipe, 0)}`,
    "",
    "def call(path, body=None):",
    "    data = None if body is None else json.dumps(body).encode()",
    '    headers = {"Content-Type": "application/json"}',
    "    with urllib.request.urlopen(urllib.request.Request(api + path, data, headers)) as answer:",
    "        return answer.read()",
    "",
    'job = json.loads(call("/jobs", recipe))',
    'while job["state"] in ("waiting", "queued", "running"):',
    "    time.sleep(0.2)",
    `    job = json.loads(call(f"/jobs/{job['id']}"))`,
    `${array} = np.load(io.BytesIO(call(f"/artifacts/{job['id']}/arrays/${array}.npy")))`,
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
