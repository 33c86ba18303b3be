// Runs the browser tests one file after the other: node tests/browser/run.mjs [NAME ...]
// Over the real server and what a real batch run found, unless STREETWARD_URL or STREETWARD_DATA name
// something else (browser.mjs says what).
import { spawnSync } from "node:child_process";
import { mkdirSync, readdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { PASSWORD } from "./browser.mjs";
import { fill, ownFolder } from "./ground.mjs";

const here = fileURLToPath(new URL(".", import.meta.url));
const wanted = process.argv.slice(2);
const files = readdirSync(here)
  .filter((name) => name.endsWith(".test.mjs"))
  .filter((name) => wanted.length === 0 || wanted.some((w) => name.includes(w)))
  .map((name) => here + name);
const env = { ...process.env };
let folder = null;
if (!env.STREETWARD_URL && !env.STREETWARD_DATA && !env.STREETWARD_FILLED) {
  folder = ownFolder();
  env.STREETWARD_FILLED = join(folder, "filled");
  const began = Date.now();
  mkdirSync(env.STREETWARD_FILLED);
  try {
    fill(env.STREETWARD_FILLED, PASSWORD, { hostile: true });
  } catch (error) {
    rmSync(folder, { recursive: true, force: true });
    throw error;
  }
  console.log(`filled in ${Math.round((Date.now() - began) / 1000)} s`);
}
const { status } = spawnSync(
  process.execPath,
  [
    ...["--test", "--test-concurrency=1", "--test-timeout=400000"],
    ...["--test-reporter=spec", ...files],
  ],
  { stdio: "inherit", env },
);
if (folder) rmSync(folder, { recursive: true, force: true });
process.exit(status ?? 1);
