// Pictures of each page in both languages: node tests/browser/shots.mjs FOLDER [page …]
import { mkdirSync } from "node:fs";
import { launch, open, server, signIn, USERS } from "./browser.mjs";

const [folder = "shots", ...only] = process.argv.slice(2);
mkdirSync(folder, { recursive: true });
const here = await server(60);
if (!here) throw new Error("pictures need STREETWARD_URL or STREETWARD_DATA");
const browser = await launch();
const PAGES = [
  ["desk", "/desk", USERS.supervisor],
  ["cameras", "/cameras", USERS.supervisor],
  ["camera", null, USERS.supervisor],
  ["scene", null, USERS.supervisor],
  ["search", "/search", USERS.supervisor],
  ["today", "/today", USERS.supervisor],
  ["account", "/account", USERS.supervisor],
  ["users", "/users", USERS.administrator],
  ["audit", "/audit", USERS.administrator],
];
for (const [language, scheme, width, height] of [
  ["vi", "light", 1440, 900],
  ["en", "dark", 1440, 900],
  ["vi", "dark", 390, 844],
]) {
  const tag = `${language}-${scheme}${width < 500 ? "-phone" : ""}`;
  const sessions = new Map();
  for (const [name, path, user] of PAGES) {
    if (only.length > 0 && !only.includes(name)) continue;
    if (!sessions.has(user)) {
      const made = await open(browser, here.url, {
        language,
        scheme,
        width,
        height,
      });
      await made.page.goto("/sign-in");
      await made.page.locator("form").waitFor();
      if (only.length === 0 || only.includes("sign-in"))
        await made.page.screenshot({ path: `${folder}/sign-in-${tag}.png` });
      await signIn(made.page, user, "/account");
      sessions.set(user, made);
    }
    const { page, faults } = sessions.get(user);
    let at = path;
    if (!at) {
      const cameras = await page.evaluate(() =>
        fetch("/api/v1/cameras").then((r) => r.json()),
      );
      at = `/cameras/${cameras[0].id}${name === "scene" ? "/scene" : ""}`;
    }
    await page.goto(at);
    await page.locator("h1").first().waitFor({ state: "attached" });
    await page.waitForTimeout(1800);
    await page.screenshot({ path: `${folder}/${name}-${tag}.png` });
    if (faults.length > 0) console.log(name, tag, faults.splice(0).slice(0, 3));
  }
  for (const { context } of sessions.values()) await context.close();
}
await browser.close();
here.stop();
