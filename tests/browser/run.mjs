// Runs the browser tests one file after the other: node tests/browser/run.mjs
import { spawnSync } from "node:child_process";
import { readdirSync } from "node:fs";
import { fileURLToPath } from "node:url";

const here = fileURLToPath(new URL(".", import.meta.url));
const files = readdirSync(here)
  .filter((name) => name.endsWith(".test.mjs"))
  .map((name) => here + name);
const { status } = spawnSync(
  "node",
  ["--test", "--test-concurrency=1", ...files],
  { stdio: "inherit" },
);
process.exit(status ?? 1);
