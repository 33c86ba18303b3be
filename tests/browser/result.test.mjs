// What became of a confirmed event: shown, and entered by a small form, in both languages.
import assert from "node:assert/strict";
import { after, describe, it } from "node:test";
import { ask, looked, standIn, until, WHO } from "./stand_in.mjs";

const here = await standIn();
if (!here) console.log("skipped: results need a filled data folder");
describe("results", { skip: !here }, () => {
  after(() => here.stop());

  it("are asked for where an event is confirmed, and kept", async () => {
    const { page, context, faults } = await here.page(WHO.supervisor, "/desk");
    const id = await looked(page);
    assert.equal(await page.locator("#result-title").count(), 0);
    await page.keyboard.press("c");
    await page.keyboard.press("c");
    await until(page, id, (e) => e.status === "confirmed");
    await page.goto(`/desk?event=${id}`);
    const part = page.locator("section[aria-labelledby=result-title]");
    await part.waitFor();
    const save = part.locator("button[type=submit]");
    assert.equal(await save.isDisabled(), true);
    await part.locator("input").first().click();
    await page.locator("[role=option]", { hasText: "Đã xử phạt" }).click();
    await part.locator("input").last().fill("Biên bản số 12");
    if (process.env.STREETWARD_SHOTS) {
      await part.scrollIntoViewIfNeeded();
      await page.screenshot({ path: `${process.env.STREETWARD_SHOTS}/form.png` });
    }
    await save.click();
    const event = await until(page, id, (e) => e.result?.result === "fined");
    assert.equal(event.result.note, "Biên bản số 12");
    await part.locator("dl strong", { hasText: "Đã xử phạt" }).waitFor();
    if (process.env.STREETWARD_SHOTS) {
      await page.screenshot({ path: `${process.env.STREETWARD_SHOTS}/kept.png` });
      await page.setViewportSize({ width: 390, height: 844 });
      await part.scrollIntoViewIfNeeded();
      await page.screenshot({ path: `${process.env.STREETWARD_SHOTS}/phone.png` });
    }
    assert.deepEqual(faults, []);
    await context.close();
  });
});
