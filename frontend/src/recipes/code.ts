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
    ...client(origin, []),
    `recipe = ${pythonLiteral(recipe, 0)}`,
    `${array} = np.load(io.BytesIO(call(f"/artifacts/{made(recipe)}/arrays/${array}.npy")))`,
  ].join("\n");
}

/** A map as it is drawn: what Python needs in order to draw it again. */
export interface Drawing {
  recipe: Recipe;
  dimensions: 2 | 3;
  title: string;
  /** Name of the file that the lines write, without its ending. */
  file: string;
  /** What colors the points; null colors them all alike. */
  color: {
    /** Its name among the arrays of the exported file. */
    array: string;
    title: string;
    /** Makes the values, where they are computed. */
    values: Recipe | null;
    /** Classes with their colors; null for magnitudes. */
    classes: { code: number; name: string; color: string; hidden: boolean }[] | null;
  } | null;
}

/** Python that fetches a map and draws it with Plotly, in the same colors. */
export function figureCode(origin: string, drawing: Drawing): string {
  const { recipe, dimensions, title, file, color } = drawing;
  const lines = [
    ...client(origin, ["import plotly.graph_objects as go"]),
    `recipe = ${pythonLiteral(recipe, 0)}`,
  ];
  if (color?.values) lines.push(`values = ${pythonLiteral(color.values, 0)}`);
  const joined = color?.values ? "?with={made(values)}" : "";
  lines.push(
    `file = call(f"/artifacts/{made(recipe)}/export.npz${joined}")`,
    "table = np.load(io.BytesIO(file))",
    "",
    "figure = go.Figure()",
    ...traces(drawing),
  );
  const text = pythonLiteral(title, 0);
  const legend = `{"title": ${pythonLiteral(color?.title ?? "", 0)}, "itemsizing": "constant"}`;
  if (dimensions === 2) {
    lines.push(
      "figure.update_xaxes(visible=False)",
      'figure.update_yaxes(visible=False, scaleanchor="x")',
    );
  } else {
    lines.push(
      'hidden = {f"{axis}axis_visible": False for axis in "xyz"}',
      'figure.update_scenes(aspectmode="data", **hidden)',
    );
  }
  lines.push(
    `figure.update_layout(title=${text}, template="plotly_white")`,
    `figure.update_layout(legend=${legend})`,
    `figure.write_html(${pythonLiteral(`${file}.html`, 0)})`,
  );
  return lines.join("\n");
}

function traces({ dimensions, color }: Drawing): string[] {
  const kind = dimensions === 2 ? "Scattergl" : "Scatter3d";
  const size = dimensions === 2 ? 5 : 3;
  const axes = ["x", "y", "z"].slice(0, dimensions);
  const all = axes.map((axis) => `${axis}=table["${axis}"]`).join(", ");
  if (!color) {
    return [
      `marker = {"color": "#888c92", "size": ${size}}`,
      `figure.add_trace(go.${kind}(${all}, mode="markers", marker=marker))`,
    ];
  }
  const array = `table[${JSON.stringify(color.array)}]`;
  if (!color.classes) {
    return [
      `marker = {"color": ${array}, "colorscale": "Viridis", "showscale": True, "size": ${size}}`,
      `marker["colorbar"] = {"title": ${pythonLiteral(color.title, 0)}}`,
      `figure.add_trace(go.${kind}(${all}, mode="markers", marker=marker))`,
    ];
  }
  const some = axes.map((axis) => `${axis}=table["${axis}"][rows]`).join(", ");
  return [
    "classes = [",
    ...color.classes.map(({ code, name, color: tone, hidden }) => {
      const visible = hidden ? '"legendonly"' : "True";
      return `    (${code}, ${JSON.stringify(name)}, "${tone}", ${visible}),`;
    }),
    "]",
    "for code, name, color, visible in classes:",
    `    rows = ${array} == code`,
    `    trace = go.${kind}(${some}, mode="markers")`,
    `    trace.update(name=name, visible=visible, marker={"color": color, "size": ${size}})`,
    "    figure.add_trace(trace)",
  ];
}

/** What every script begins with: calls, and the making of a recipe. */
function client(origin: string, imports: string[]): string[] {
  return [
    "import io, json, time, urllib.request",
    "import numpy as np",
    ...imports,
    "",
    `api = "${origin}/api"`,
    "",
    "def call(path, body=None):",
    "    data = None if body is None else json.dumps(body).encode()",
    '    headers = {"Content-Type": "application/json"}',
    "    with urllib.request.urlopen(urllib.request.Request(api + path, data, headers)) as answer:",
    "        return answer.read()",
    "",
    "def made(recipe):",
    '    job = json.loads(call("/jobs", recipe))',
    '    while job["state"] in ("waiting", "queued", "running"):',
    "        time.sleep(0.2)",
    "        job = json.loads(call(f\"/jobs/{job['id']}\"))",
    '    assert job["state"] == "done", job["error"]',
    '    return job["id"]',
    "",
  ];
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
