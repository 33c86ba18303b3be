// What the browser tests share: Debian's chromium, the server's address, signing in.
// The address comes from STREETWARD_URL; without it the development server is started over the data
// folder STREETWARD_DATA. Users and password come from the environment too.
import { spawn } from "node:child_process";
import { createRequire } from "node:module";
import { fileURLToPath } from "node:url";

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
export const DEVELOPMENT = !process.env.STREETWARD_URL;

/** The server's address, and what stops it. */
export async function server(count = 60) {
  if (process.env.STREETWARD_URL)
    return { url: process.env.STREETWARD_URL, stop: () => {} };
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

/** A page of its own, whose errors and refusals of the content security policy are collected. */
export async function open(
  browser,
  url,
  { language = "vi", scheme = "light", width = 1440, height = 900 } = {},
) {
  const context = await browser.newContext({
    viewport: { width, height },
    colorScheme: scheme,
    baseURL: url,
    ignoreHTTPSErrors: true,
  });
  await context.addInitScript((words) => {
    localStorage.setItem("streetward.language", words);
  }, language);
  const page = await context.newPage();
  const faults = [];
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

export async function signIn(page, user, path = "/") {
  await page.goto(`/sign-in?back=${encodeURIComponent(path)}`);
  await page.locator("input[autocomplete=username]").fill(user);
  await page.locator("input[autocomplete=current-password]").fill(PASSWORD);
  await page.locator("button[type=submit]").click();
  await page.waitForURL((at) => !at.pathname.startsWith("/sign-in"));
}
