/**
 * Make the types of the HTTP interface from its OpenAPI document.
 *
 *     python -m repscope.backend.openapi > openapi.json
 *     npm run api -- openapi.json
 */
import { readFile, writeFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import openapiTS, { astToString } from "openapi-typescript";

export const TARGET = fileURLToPath(new URL("../src/api/schema.d.ts", import.meta.url));

/**
 * The TypeScript source of an OpenAPI document.
 * @param {string} document JSON text
 * @returns {Promise<string>}
 */
export async function generate(document) {
  return astToString(await openapiTS(JSON.parse(document)));
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const path = process.argv[2];
  if (!path) {
    console.error("Name the OpenAPI document: npm run api -- openapi.json");
    process.exit(2);
  }
  await writeFile(TARGET, await generate(await readFile(path, "utf8")));
}
