// Every page in both languages and both themes: accessible (axe, WCAG 2.2 AA), without a fault of the
// page or of its content security policy, and no wider than a phone.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { after, before, describe, it } from "node:test";
import {
  launch,
  needs,
  open,
  pictured,
  server,
  signIn,
  USERS,
} from "./browser.mjs";

const axe = readFileSync(needs.resolve("axe-core/axe.min.js"), "utf8");
const here = await server(60);
if (!here)
  console.log("skipped: browser tests need STREETWARD_URL or STREETWARD_DATA");

const PAGES = [
  ["/sign-in", null, "form"],
  ["/desk", "supervisor", "[data-testid=clip]"],
  ["/cameras", "supervisor", "main li img"],
  ["/cameras/{camera}", "supervisor", "main h2"],
  ["/cameras/{camera}/scene", "supervisor", "main svg[role=group]"],
  ["/search", "supervisor", "main table"],
  ["/today", "supervisor", "main h2"],
  ["/register", "supervisor", "main h2"],
  ["/register?view=fitness", "supervisor", "main li h3"],
  ["/register?view=import", "administrator", "main form"],
  ["/reports", "supervisor", "main h1"],
  ["/handover", "supervisor", "main h1"],
  ["/account", "supervisor", "main h2"],
  ["/users", "administrator", "main h1"],
  ["/audit", "administrator", "main table"],
];

async function look(page, what) {
  // The page's own policy lets no foreign script in; the test's tool comes from outside the page.
  await page.evaluate(axe);
  const { violations } = await page.evaluate(() =>
    window.axe.run(document, {
      runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"],
    }),
  );
  const told = violations.map(
    (v) =>
      `${v.id}: ${v.nodes
        .slice(0, 3)
        .map((n) => `${n.target} ${n.failureSummary}`)
        .join(" | ")}`,
  );
  assert.deepEqual(told, [], what);
}

describe("pages", { skip: !here }, () => {
  let browser;
  before(async () => {
    browser = await launch();
  });
  after(async () => {
    await browser?.close();
    await here.stop();
  });

  for (const [language, scheme, width] of [
    ["vi", "light", 1440],
    ["en", "dark", 1440],
    ["vi", "dark", 390],
    ["en", "light", 390],
  ])
    describe(`${language}, ${scheme}, ${width} pixels`, () => {
      // Signing in is slow by purpose: once for each role.
      const states = {};
      let camera = null;
      for (const [path, role, sign] of PAGES) {
        const name = `${path} ${language} ${scheme} ${width}`;
        it(
          path,
          pictured(name, async () => {
            const how = { language, scheme, width, height: 844 };
            const { page, context, faults } = await open(browser, here.url, {
              ...how,
              storageState: states[role],
            });
            if (role && !states[role]) {
              await signIn(page, USERS[role], "/account");
              camera ??= (
                await page.evaluate(() =>
                  fetch("/api/v1/cameras").then((r) => r.json()),
                )
              )[0].id;
              states[role] = await context.storageState();
            }
            await page.goto(path.replace("{camera}", camera));
            await page
              .locator(sign)
              .first()
              .waitFor({ state: "attached", timeout: 15_000 });
            await page
              .waitForLoadState("networkidle", { timeout: 3000 })
              .catch(() => {});
            await look(page, path);
            assert.equal(
              await page.locator("html").getAttribute("lang"),
              language,
            );
            const over = await page.evaluate(() => {
              const main = document.querySelector("main");
              return Math.max(
                document.documentElement.scrollWidth - innerWidth,
                main.scrollWidth - main.clientWidth,
              );
            });
            assert.ok(over <= 0, `${over} pixels too wide`);
            assert.equal(await page.evaluate(() => window.broken), undefined);
            assert.deepEqual(faults, []);
          }),
        );
      }
    });

  const name =
    "a choice of reasons, the help and a large picture are accessible too";
  it(
    name,
    pictured(name, async () => {
      const { page } = await open(browser, here.url, { scheme: "dark" });
      await signIn(page, USERS.reviewer);
      await page.locator("[data-testid=clip]").waitFor();
      await page.keyboard.press("x");
      await look(page, "reasons");
      await page.keyboard.press("Escape");
      await page.keyboard.press("c");
      await look(page, "armed");
      await page.keyboard.press("Escape");
      await page.keyboard.press("?");
      await page.locator("[role=dialog]").waitFor();
      await look(page, "help");
      await page.keyboard.press("Escape");
      await page.locator("[role=dialog]").waitFor({ state: "detached" });
      await page.keyboard.press("z");
      await page.locator("[role=dialog] img").waitFor();
      await look(page, "zoom");
    }),
  );
});
