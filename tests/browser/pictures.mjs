// README's pictures: every page in both languages, as a supervisor or an administrator sees it:
// node tests/browser/pictures.mjs FOLDER [PAGE ...]
import { execFileSync } from "node:child_process";
import { randomBytes } from "node:crypto";
import { mkdirSync, rmSync, statSync } from "node:fs";
import { join } from "node:path";

process.env.STREETWARD_PASSWORD ??= randomBytes(12).toString("base64url");
const { launch, open, PASSWORD, signIn, USERS } = await import("./browser.mjs");
const { desk, fill, ownFolder } = await import("./ground.mjs");

const [folder, ...only] = process.argv.slice(2);
if (!folder) throw new Error("name the folder that pictures go to");
/** What a picture may weigh, bytes. */
const MOST = 150_000;
// Page, address, who looks, the window's height in pixels.
const PAGES = [
  ["sign-in", "/sign-in", null, 560],
  ["desk", "/desk", "supervisor", 900],
  ["cameras", "/cameras", "supervisor", 560],
  ["camera", "/cameras/san-truong", "supervisor", 700],
  ["scene", "/cameras/cong-truong/scene", "supervisor", 900],
  ["search", "/search", "supervisor", 900],
  ["today", "/today", "supervisor", 900],
  ["account", "/account", "supervisor", 900],
  ["users", "/users", "administrator", 560],
  ["audit", "/audit", "administrator", 900],
].filter(([name]) => only.length === 0 || only.includes(name));

/** A palette of ever fewer colours, until it is light enough. */
function press(from, to) {
  for (const [colours, width] of [
    [160, 1280],
    [64, 1280],
    [128, 1024],
    [64, 1024],
    [32, 960],
  ]) {
    execFileSync("ffmpeg", [
      ...["-v", "error", "-y", "-i", from, "-vf"],
      `scale=${width}:-1:flags=lanczos,split[a][b];[a]palettegen=max_colors=${colours}:stats_mode=full[p];[b][p]paletteuse=dither=none`,
      ...["-compression_level", "9", "-pred", "none", to],
    ]);
    if (statSync(to).size < MOST) return;
  }
  throw new Error(`${to} has ${statSync(to).size} bytes however few colours`);
}

/** Some of what waits is decided, so that there are figures to show. */
async function decide(browser, url) {
  const { page, context } = await open(browser, url);
  await signIn(page, USERS.reviewer);
  await page.evaluate(async () => {
    const me = await fetch("/api/v1/me").then((r) => r.json());
    const { items } = await fetch("/api/v1/events?limit=14&order=newest").then(
      (r) => r.json(),
    );
    const ways = [
      { action: "confirm" },
      { action: "confirm" },
      { action: "dismiss", reason: "no_violation" },
      { action: "cannot_tell" },
    ];
    for (const [i, event] of items.slice(2).entries())
      await fetch(`/api/v1/events/${event.id}/decision`, {
        method: "POST",
        headers: {
          "Content-Type": "application/json",
          "X-CSRF-Token": me.csrf,
          "If-Match": `"${event.version}"`,
        },
        body: JSON.stringify({
          ...ways[i % ways.length],
          request_key: crypto.randomUUID(),
        }),
      });
  });
  await context.close();
}

const own = ownFolder();
let stop = async () => {};
const browser = await launch();
try {
  const filled = join(own, "filled");
  mkdirSync(filled);
  fill(filled, PASSWORD, { many: false });
  const here = await desk(filled);
  stop = here.stop;
  await decide(browser, here.url);
  mkdirSync(folder, { recursive: true });
  for (const language of ["vi", "en"]) {
    const states = {};
    for (const [name, path, role, height] of PAGES) {
      const how = { language, width: 1440, height };
      const { page, context, faults } = await open(browser, here.url, {
        ...how,
        storageState: states[role],
      });
      if (role && !states[role]) {
        await signIn(page, USERS[role], "/account");
        states[role] = await context.storageState();
      }
      await page.goto(path);
      await page.locator("h1").first().waitFor({ state: "attached" });
      await page
        .waitForLoadState("networkidle", { timeout: 5000 })
        .catch(() => {});
      if (name === "scene")
        await page.getByRole("button", { name: /grass/ }).click();
      await page.waitForTimeout(1500);
      const raw = join(own, "raw.png");
      await page.screenshot({ path: raw });
      const to = join(folder, `${name}-${language}.png`);
      press(raw, to);
      console.log(`${to}: ${Math.round(statSync(to).size / 1000)} kB`);
      if (faults.length > 0) throw new Error(`${name}: ${faults.join("; ")}`);
      await context.close();
    }
  }
} finally {
  await browser.close();
  await stop();
  rmSync(own, { recursive: true, force: true });
}
