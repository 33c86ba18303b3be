// What goes wrong, told plainly: files that are gone, clips that cannot be played, a database that is
// away, a password that somebody else has set; each accessible (axe), in both languages and schemes.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { after, describe, it } from "node:test";
import { needs } from "./browser.mjs";
import { ask, looked, PASSWORD, standIn, until, WHO } from "./stand_in.mjs";

const axe = readFileSync(needs.resolve("axe-core/axe.min.js"), "utf8");
const here = await standIn();
if (!here) console.log("skipped: troubles need a filled data folder");
const LOOKS = [
  { language: "vi", scheme: "light" },
  { language: "en", scheme: "dark", width: 390, height: 844 },
];

async function accessible(page, what) {
  // The page's own policy lets no foreign script in; the test's tool comes from outside the page.
  await page.evaluate(axe);
  const { violations } = await page.evaluate(() =>
    window.axe.run(document, {
      runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"],
    }),
  );
  const told = violations.map(
    (v) => `${v.id}: ${v.nodes[0].target} ${v.nodes[0].failureSummary}`,
  );
  assert.deepEqual(told, [], what);
  const over = await page.evaluate(
    () => document.documentElement.scrollWidth - innerWidth,
  );
  assert.ok(over <= 0, `${what}: ${over} pixels too wide`);
}

const waiting = (page) =>
  ask(page, "/events?status=pending&order=due&limit=40").then((r) => r.items);

describe("troubles", { skip: !here }, () => {
  after(() => here.stop());

  it("files that are gone or were altered are named, and nothing broken is shown", async () => {
    for (const [i, how] of LOOKS.entries()) {
      const { page, context } = await here.page(
        WHO.supervisor,
        "/account",
        how,
      );
      const { id } = (await waiting(page))[3 + i];
      await here.tell(page, `missing/${id}/clip.mp4`);
      await here.tell(page, `altered/${id}/moment.jpg`);
      // Slow pictures: what is written over them is then text on its own.
      let come;
      const slow = new Promise((done) => (come = done));
      await page.route(/\.jpg$/, (route) => slow.then(() => route.continue()));
      await page.goto(`/desk?event=${id}`);
      const told = await page
        .locator("[data-testid=files-trouble]")
        .innerText();
      assert.match(told, /clip\.mp4/);
      assert.match(told, /moment\.jpg/);
      assert.equal(await page.locator("[data-testid=clip]").count(), 0);
      await accessible(page, "files, pictures still to come");
      come();
      // What was altered is not handed out; in its place is said why.
      await page
        .locator("figure[data-moment] img")
        .waitFor({ state: "detached" });
      await accessible(page, "files");
      await context.close();
    }
  });

  it("a clip that cannot be played is waited for as a copy, and marked as one", async () => {
    const { page, context, faults } = await here.page(
      WHO.supervisor,
      "/account",
    );
    const { id } = (await waiting(page))[8];
    await here.tell(page, `unplayable/${id}/clip.mp4`);
    await page.goto(`/desk?event=${id}`);
    await page.locator("[data-testid=copy-wait][role=status]").waitFor();
    await accessible(page, "a copy is made");
    const clip = page.locator("[data-testid=clip][data-copy]");
    await clip.waitFor({ timeout: 20_000 });
    assert.match(await clip.getAttribute("src"), /view\.mp4$/);
    await page.waitForFunction(
      () => document.querySelector("[data-testid=clip]").readyState >= 2,
    );
    assert.ok(
      await page.locator("a[download]").count(),
      "the original is at hand",
    );
    assert.deepEqual(faults, []);
    await context.close();
  });

  it("while the database is away it is said calmly, and what was decided is sent after", async () => {
    for (const how of LOOKS) {
      const { page, context } = await here.page(WHO.reviewer, "/desk", how);
      await page.locator("[data-testid=clip]").waitFor();
      const id = new URL(page.url()).searchParams.get("event");
      await here.tell(page, "away");
      await page.keyboard.press("c");
      await page.keyboard.press("c");
      const notice = page.locator("[data-testid=away]");
      await notice.waitFor({ timeout: 20_000 });
      await page.waitForTimeout(500);
      assert.match(await notice.innerText(), /1 (quyết định|decision)/);
      assert.equal(await page.locator("[data-testid=late]").count(), 0);
      await accessible(page, "database away");
      await here.tell(page, "back");
      await notice.waitFor({ state: "detached", timeout: 20_000 });
      await until(page, id, (e) => e.status === "confirmed");
      assert.equal(await page.locator("main [role=alert]").count(), 0);
      await context.close();
    }
  });

  it("a page opened while the database is away appears when it is back", async () => {
    const { page, context } = await here.page(WHO.reviewer, "/account");
    await here.tell(page, "away");
    await page.goto("/today");
    await page.locator("[data-testid=away]").waitFor({ timeout: 20_000 });
    await here.tell(page, "back");
    await page.locator("main h2").first().waitFor({ timeout: 20_000 });
    await context.close();
  });

  it("a password that somebody else has set is changed before anything else", async () => {
    const { page, context, faults } = await here.page(WHO.must, "/desk");
    await page.locator("[data-testid=password-reset]").waitFor();
    assert.equal(await page.locator("nav").count(), 0, "no page but this");
    await accessible(page, "password to be changed");
    const [next, again] = await page
      .locator("input[autocomplete=new-password]")
      .all();
    await page.locator("input[autocomplete=current-password]").fill(PASSWORD);
    await next.fill("mot-mat-khau-rat-moi");
    await again.fill("mot-mat-khau-rat-cu");
    await page.locator("button[type=submit]").click();
    await page.locator("[role=alert]").waitFor();
    await again.fill("mot-mat-khau-rat-moi");
    await page.locator("button[type=submit]").click();
    await page.locator("nav").waitFor();
    await looked(page);
    assert.equal(await page.locator("[data-testid=password-reset]").count(), 0);
    assert.deepEqual(faults, []);
    await context.close();
  });

  it("who has set the password is told on every page until it is changed", async () => {
    const { page, context } = await here.page(WHO.reset, "/cameras");
    const told = await page.locator("[data-testid=password-reset]").innerText();
    assert.match(told, /Nguyễn Quốc Trị/);
    await accessible(page, "set password");
    await context.close();
  });

  it("cameras on the map are reached and opened by keyboard", async () => {
    const { page, context } = await here.page(WHO.supervisor, "/cameras");
    await page.locator("main li img").first().waitFor();
    await page.locator("[role=radiogroup] label").last().click();
    const pin = page.locator(".leaflet-marker-icon").first();
    await pin.waitFor();
    await accessible(page, "map");
    await pin.focus();
    await page.keyboard.press("Enter");
    await page.waitForURL(/\/cameras\/.+/);
    await page.locator("main h2").first().waitFor();
    await context.close();
  });
});
