/** The calls that reproduce a view outside the page. */

import type { Recipe } from "../api/types";
import { pythonLiteral, pythonRecipe } from "./python";

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

/** Python that makes what is shown and fetches it as a NumPy array. */
export function pythonCode(origin: string, recipe: Recipe, array: string): string {
  return [
    ...client(origin),
    `recipe = ${pythonRecipe(recipe)}`,
    `${array} = repscope.get(recipe).array(${pythonLiteral(array, 0)})`,
  ].join("\n");
}

/** A map as it is drawn: what Python needs in order to draw it again. */
export interface Drawing {
  recipe: Recipe;
  title: string;
  /** Name of the file that the lines write, without its ending. */
  file: string;
  /** What colors the points; null colors them all alike. */
  color: {
    /** Its name among the columns of the exported table. */
    array: string;
    title: string;
    /** Makes the values, where they are computed. */
    values: Recipe | null;
    /** Names of the classes that are hidden; null for magnitudes. */
    hidden: string[] | null;
  } | null;
}

/** Python that fetches a map and draws it with Plotly, in the same colors. */
export function figureCode(origin: string, drawing: Drawing): string {
  const { recipe, title, file, color } = drawing;
  const values = color?.values ?? null;
  const words = [`color=${pythonLiteral(color?.array ?? "", 0)}`];
  if (values) words.push("values=repscope.get(values)");
  if (color?.hidden?.length) words.push(`hidden=${pythonLiteral(color.hidden, 0)}`);
  words.push(`title=${pythonLiteral(title, 0)}`);
  const lines = [...client(origin), `recipe = ${pythonRecipe(recipe)}`];
  if (values) lines.push(`values = ${pythonRecipe(values)}`);
  lines.push("figure = repscope.get(recipe).figure(", ...words.map((word) => `    ${word},`), ")");
  if (color) {
    const legend = pythonLiteral(color.title, 0);
    lines.push(
      color.hidden
        ? `figure.update_layout(legend_title=${legend})`
        : `figure.update_traces(marker_colorbar_title=${legend})`,
    );
  }
  lines.push(`figure.write_html(${pythonLiteral(`${file}.html`, 0)})`);
  return lines.join("\n");
}

/** What every script begins with. */
function client(origin: string): string[] {
  return [
    "from repscope.client import Client, Recipe",
    "",
    `repscope = Client(${pythonLiteral(origin, 0)})`,
  ];
}
