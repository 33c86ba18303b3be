// The development server for tests of what only it can be told to do (files that are gone, a database
// that is away), over the data folder STREETWARD_DATA or what run.mjs has filled.
import { spawn } from "node:child_process";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { launch, open } from "./browser.mjs";

const program = fileURLToPath(
  new URL("../../web/dev/server.mjs", import.meta.url),
);
const DATA =
  process.env.STREETWARD_DATA ??
  (process.env.STREETWARD_FILLED &&
    join(process.env.STREETWARD_FILLED, "data"));
/** The password of everybody there. */
export const PASSWORD = "mat-khau-thu-nghiem";
/** Who is there: a supervisor, a reviewer, one who must change the password. */
export const WHO = {
  supervisor: "chi",
  reviewer: "an",
  must: "moi",
  reset: "dat-lai",
};

/** The server and a browser, or null where there is no data folder. */
export async function standIn(count = 60) {
  if (!DATA || process.env.STREETWARD_URL) return null;
  const child = spawn(
    process.execPath,
    [program, "--data", DATA, "--port", "0", "--count", String(count)],
    { stdio: ["ignore", "pipe", "inherit"] },
  );
  const url = await new Promise((done, failed) => {
    child.stdout.once("data", (line) => done(String(line).trim()));
    child.once("exit", (code) =>
      failed(new Error(`the development server ended with ${code}`)),
    );
  });
  const browser = await launch();
  return {
    url,
    /** A page on which somebody has signed in. */
    async page(user, path, how = {}) {
      const made = await open(browser, url, how);
      await made.page.goto(`/sign-in?back=${encodeURIComponent(path)}`);
      await made.page.locator("input[autocomplete=username]").fill(user);
      await made.page
        .locator("input[autocomplete=current-password]")
        .fill(PASSWORD);
      await made.page.locator("button[type=submit]").click();
      await made.page.waitForURL((at) => !at.pathname.startsWith("/sign-in"));
      return made;
    },
    /** Makes something happen: `away`, `missing/EVENT/clip.mp4`. */
    tell: (page, what) => page.request.post(`/api/v1/dev/${what}`),
    stop: async () => {
      await browser.close();
      child.kill();
    },
  };
}

/** What the server says, as whoever is signed in on the page. */
export const ask = (page, path) =>
  page.evaluate((at) => fetch(`/api/v1${at}`).then((r) => r.json()), path);

/** Waits until an event is so. */
export async function until(page, id, so, seconds = 20) {
  for (let i = 0; i < seconds * 4; i += 1) {
    const event = await ask(page, `/events/${id}`).catch(() => null);
    if (event && so(event)) return event;
    await page.waitForTimeout(250);
  }
  throw new Error(`event ${id} did not become so within ${seconds} s`);
}

/** The event that is looked at. */
export async function looked(page) {
  await page.locator("[role=option][id^=row-][aria-selected=true]").waitFor();
  await page.locator("[data-testid=clip]").waitFor();
  return (
    await page.locator("[role=option][id^=row-][aria-selected=true]").getAttribute("id")
  ).slice(4);
}
