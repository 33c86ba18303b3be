// A morning's work: a hundred decisions from the keyboard, with the network gone in between.
import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { launch, open, pictured, server, signIn, USERS } from "./browser.mjs";

const here = await server(400);
if (!here)
  console.log("skipped: browser tests need STREETWARD_URL or STREETWARD_DATA");
describe("a hundred decisions", { skip: !here }, () => {
  let browser;
  before(async () => {
    browser = await launch();
  });
  after(async () => {
    await browser?.close();
    await here.stop();
  });

  const name =
    "100 decisions from the keyboard: no page load, none lost while the network drops";
  it(
    name,
    pictured(name, async () => {
      const { page, context, faults } = await open(browser, here.url);
      await signIn(page, USERS.reviewer);
      await page.locator("[data-testid=clip]").waitFor();
      // 16,000 rows or 160: what is out of view is not in the page.
      const waiting = await page
        .locator("[role=option]")
        .first()
        .getAttribute("aria-setsize");
      assert.ok(Number(waiting) >= 50, `${waiting} are too few`);
      assert.ok((await page.locator("[role=option]").count()) < 60);
      await page.evaluate(() => (window.stillTheSame = true));
      const chosen = async () =>
        (
          await page
            .locator("[role=option][id^=row-][aria-selected=true]")
            .getAttribute("id")
        ).slice(4);
      const kept = () =>
        page.evaluate(
          () =>
            Object.entries(localStorage)
              .filter(([k]) => k.startsWith("streetward.outbox"))
              .flatMap(([, v]) => JSON.parse(v)).length,
        );
      const decided = [];
      for (let i = 0; i < 100; i += 1) {
        if (i === 40) {
          await context.setOffline(true);
          setTimeout(() => void context.setOffline(false), 5000);
        }
        const id = await chosen();
        assert.ok(!decided.includes(id), "no event comes twice");
        await page
          .locator("[role=group] button")
          .first()
          .waitFor({ timeout: 20_000 });
        decided.push(id);
        const keys = ["cc", "x4", "uu"][i % 3];
        for (const key of keys) await page.keyboard.press(key);
        await page.waitForFunction(
          (was) =>
            document.querySelector("[role=option][id^=row-][aria-selected=true]")?.id !==
            `row-${was}`,
          id,
        );
        if (i === 40) {
          assert.ok(
            (await kept()) > 0,
            "what is not sent is kept in the browser",
          );
          // It is told at its row: what was decided, and not yet that it arrived.
          await page.locator(`[id="row-${id}"][data-done]`).waitFor();
        }
      }
      await page.waitForFunction(
        () =>
          !Object.keys(localStorage).some((k) =>
            k.startsWith("streetward.outbox"),
          ),
        null,
        { timeout: 30_000 },
      );
      const want = ["confirmed", "dismissed", "cannot_tell"];
      for (const [i, id] of decided.entries()) {
        const event = await page.evaluate(
          (e) => fetch(`/api/v1/events/${e}`).then((r) => r.json()),
          id,
        );
        assert.equal(event.status, want[i % 3], `decision ${i}`);
        assert.equal(event.history.length, 1, `decision ${i} was made once`);
      }
      assert.equal(
        await page.evaluate(() => window.stillTheSame),
        true,
        "the page was loaded once",
      );
      assert.deepEqual(faults, []);
    }),
  );
});
