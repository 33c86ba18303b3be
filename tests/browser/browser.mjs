// What the browser tests share: Debian's chromium, the server's address, signing in.
// STREETWARD_FILLED is what run.mjs has filled: each file of tests has the real server over a copy of
// it. STREETWARD_URL names a server that runs, with users and password from the environment;
// STREETWARD_DATA a data folder for the development server.
import { spawn } from "node:child_process";
import { mkdirSync } from "node:fs";
import { createRequire } from "node:module";
import { fileURLToPath } from "node:url";
import { desk } from "./ground.mjs";

const web = fileURLToPath(new URL("../../web/", import.meta.url));
export const needs = createRequire(`${web}package.json`);
const { chromium } = needs("playwright-core");

export const PASSWORD =
  process.env.STREETWARD_PASSWORD ?? "mat-khau-thu-nghiem";
export const USERS = {
  reviewer: process.env.STREETWARD_REVIEWER ?? "an",
  second: process.env.STREETWARD_SECOND_REVIEWER ?? "binh",
  supervisor: process.env.STREETWARD_SUPERVISOR ?? "chi",
  administrator: process.env.STREETWARD_ADMINISTRATOR ?? "quan-tri",
  auditor: process.env.STREETWARD_AUDITOR ?? "kiem-tra",
};
/** Whether the server is the development one, which can be told to fail. */
export const DEVELOPMENT =
  !process.env.STREETWARD_URL && !process.env.STREETWARD_FILLED;
/** Whether the server is this test's own: its folders are at hand, and it may be stopped. */
export const OWN = !process.env.STREETWARD_URL && !DEVELOPMENT;

/** The server's address, and what stops it. */
export async function server(count = 60) {
  if (process.env.STREETWARD_URL)
    return { url: process.env.STREETWARD_URL, stop: () => {} };
  if (process.env.STREETWARD_FILLED) return desk(process.env.STREETWARD_FILLED);
  const data = process.env.STREETWARD_DATA;
  if (!data) return null;
  const child = spawn(
    "node",
    [
      `${web}dev/server.mjs`,
      "--data",
      data,
      "--port",
      "0",
      "--count",
      String(count),
    ],
    {
      stdio: ["ignore", "pipe", "inherit"],
    },
  );
  const url = await new Promise((done, failed) => {
    child.stdout.once("data", (line) => done(String(line).trim()));
    child.once("exit", (code) =>
      failed(new Error(`the development server ended with ${code}`)),
    );
  });
  return { url, stop: () => child.kill() };
}

export function launch() {
  return chromium.launch({
    executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
    args: ["--no-sandbox", "--autoplay-policy=no-user-gesture-required"],
  });
}

const opened = [];

/** A page of its own, whose errors and refusals of the content security policy are collected. */
export async function open(
  browser,
  url,
  {
    language = "vi",
    scheme = "light",
    width = 1440,
    height = 900,
    storageState,
  } = {},
) {
  const context = await browser.newContext({
    viewport: { width, height },
    colorScheme: scheme,
    baseURL: url,
    ignoreHTTPSErrors: true,
    storageState,
  });
  await context.addInitScript((words) => {
    localStorage.setItem("streetward.language", words);
  }, language);
  await context.addInitScript(() => {
    document.addEventListener("securitypolicyviolation", (e) =>
      console.error(
        `content security policy: ${e.violatedDirective} ${e.blockedURI}`,
      ),
    );
  });
  const page = await context.newPage();
  opened.push(page);
  const faults = [];
  page.on("dialog", (dialog) => {
    if (dialog.type() !== "beforeunload")
      faults.push(`dialog: ${dialog.message()}`);
    dialog.accept().catch(() => {});
  });
  page.on("pageerror", (error) => faults.push(String(error)));
  page.on("console", (message) => {
    const text = message.text();
    if (
      message.type() === "error" &&
      /content security|Refused to|Warning:/i.test(text)
    )
      faults.push(text);
  });
  return { page, context, faults };
}

/**
 * Runs a test's body; where it fails, a picture of each page is left in `.streetward/browser`.
 * Pages are those that `open` gave since.
 */
export function pictured(name, body) {
  return async (t) => {
    opened.length = 0;
    try {
      await body(t);
    } catch (error) {
      const folder = fileURLToPath(
        new URL("../../.streetward/browser/", import.meta.url),
      );
      mkdirSync(folder, { recursive: true });
      for (const [i, page] of opened.entries()) {
        const path = `${folder}${name.replace(/[^a-z0-9]+/gi, "-").slice(0, 60)}-${i + 1}.png`;
        const taken = await page.screenshot({ path }).catch(() => null);
        if (taken)
          console.log(`picture of the failure: ${path} (${page.url()})`);
      }
      throw error;
    } finally {
      await Promise.all(opened.splice(0).map((page) => page.context().close()));
    }
  };
}

export async function signIn(page, user, path = "/") {
  await page.goto(`/sign-in?back=${encodeURIComponent(path)}`);
  await page.locator("input[autocomplete=username]").fill(user);
  await page.locator("input[autocomplete=current-password]").fill(PASSWORD);
  await page.locator("button[type=submit]").click();
  await page.waitForURL((at) => !at.pathname.startsWith("/sign-in"));
}
