// Holding evidence for a case, on the desk and in the list, in both languages, on a phone too.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { after, before, describe, it } from "node:test";
import { launch, needs, open, OWN, pictured, server, signIn, USERS } from "./browser.mjs";
import { ask, looked, until } from "./stand_in.mjs";

const axe = readFileSync(needs.resolve("axe-core/axe.min.js"), "utf8");
const here = OWN ? await server() : null;
if (!here) console.log("skipped: holding evidence needs a server of its own");
const SHOTS = process.env.STREETWARD_SHOTS;

async function clean(page, what) {
  await page.evaluate(axe);
  const { violations } = await page.evaluate(() =>
    window.axe.run(document, {
      runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"],
    }),
  );
  assert.deepEqual(
    violations.map((v) => `${v.id}: ${v.nodes.map((n) => n.target).join(" | ")}`),
    [],
    what,
  );
}

async function fits(page) {
  const over = await page.evaluate(() => {
    const main = document.querySelector("main");
    return Math.max(
      document.documentElement.scrollWidth - innerWidth,
      main.scrollWidth - main.clientWidth,
    );
  });
  assert.ok(over <= 0, `${over} pixels too wide`);
}

const shot = (page, name) =>
  SHOTS && page.screenshot({ path: `${SHOTS}/holds-${name}.png`, fullPage: true });

describe("holding evidence", { skip: !here }, () => {
  let browser;
  before(async () => {
    browser = await launch();
  });
  after(async () => {
    await browser?.close();
    await here?.stop();
  });

  it(
    "is begun with an event, listed, and ended, by who may",
    pictured("holds", async () => {
      const { page, faults } = await open(browser, here.url);
      await signIn(page, USERS.supervisor, "/desk");
      const id = await looked(page);
      const part = page.locator("section[aria-labelledby=holds-title]");
      await part.getByRole("button", { name: "Giữ lại làm chứng cứ" }).click();
      const keep = part.locator("form button[type=submit]");
      assert.equal(await keep.isDisabled(), true, "not without a reason");
      await part.getByLabel("Lý do, số hồ sơ").fill("Hồ sơ 12/2026 <b>x</b>");
      await part.getByLabel("Giữ đến hết ngày").fill("2020-01-01");
      await keep.click();
      await part.locator("[role=alert]", { hasText: "Thời hạn giữ đã qua" }).waitFor();
      await part.getByLabel("Giữ đến hết ngày").fill("2099-12-31");
      await clean(page, "form");
      await shot(page, "form");
      await keep.click();
      await until(page, id, (e) => e.held);
      await page.locator("article header", { hasText: "Đang giữ làm chứng cứ" }).waitFor();
      await part.locator("[data-hold]", { hasText: "31/12/2099" }).waitFor();
      await clean(page, "held");
      await shot(page, "held");
      const [kept] = await ask(page, `/holds?event=${id}`);
      assert.equal(kept.reason, "Hồ sơ 12/2026 <b>x</b>");
      assert.equal(kept.until_utc, "2099-12-31T16:59:59.000Z");

      // A reviewer sees that it is held, and can neither hold nor release.
      const other = await open(browser, here.url, { language: "en" });
      await signIn(other.page, USERS.reviewer, `/desk?event=${id}`);
      await other.page.locator("article header", { hasText: "Held as evidence" }).waitFor();
      assert.equal(await other.page.locator("section[aria-labelledby=holds-title]").count(), 0);

      // The list, in English, on a phone; there it is released.
      const phone = await open(browser, here.url, {
        language: "en",
        scheme: "dark",
        width: 390,
        height: 844,
      });
      await signIn(phone.page, USERS.supervisor, "/handover");
      const row = phone.page.locator(`[data-hold="${kept.id}"]`);
      await row.waitFor();
      await fits(phone.page);
      await clean(phone.page, "list");
      await shot(phone.page, "list");
      await row.getByRole("button", { name: "Release" }).click();
      await row.getByLabel("Why it is released").fill("Đã kết thúc");
      await fits(phone.page);
      await clean(phone.page, "releasing");
      await shot(phone.page, "releasing");
      await row.locator("button[type=submit]").click();
      await row.waitFor({ state: "detached" });
      await phone.page.getByText("No evidence is held now.").waitFor();
      // The desk on a phone.
      await phone.page.goto(`/desk?event=${id}`);
      const small = phone.page.locator("section[aria-labelledby=holds-title]");
      await small.getByRole("button", { name: "Hold as evidence" }).click();
      await small.getByLabel("Until the end of").scrollIntoViewIfNeeded();
      await fits(phone.page);
      await clean(phone.page, "form on a phone");
      await shot(phone.page, "phone");
      assert.equal((await ask(phone.page, `/events/${id}`)).held, false);
      assert.equal(await page.evaluate(() => window.broken), undefined);
      assert.deepEqual([...faults, ...other.faults, ...phone.faults], []);
    }),
  );
});
