import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { generate, TARGET } from "../../scripts/api.js";

const ROOT = new URL("../../..", import.meta.url);
const PYTHON = process.env.REPSCOPE_PYTHON ?? ".venv/bin/python";

it("has the types of the server's present interface (else: npm run api)", async () => {
  const document = execFileSync(PYTHON, ["-m", "repscope.backend.openapi"], {
    cwd: ROOT,
    encoding: "utf8",
    maxBuffer: 64 * 1024 * 1024,
  });
  expect(await generate(document)).toBe(readFileSync(TARGET, "utf8"));
}, 60_000);
