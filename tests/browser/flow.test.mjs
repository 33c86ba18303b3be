// What surrounds a decision: taking up, second looks, giving, merging, searches that are kept.
import assert from "node:assert/strict";
import { after, describe, it } from "node:test";
import { ask, looked, standIn, until, WHO } from "./stand_in.mjs";

const here = await standIn();
if (!here)
  console.log("skipped: the flow of review needs a filled data folder");
describe("flow of review", { skip: !here }, () => {
  after(() => here.stop());

  it("an event is taken up by one key and decided at once after, in that order", async () => {
    const { page, context, faults } = await here.page(WHO.reviewer, "/desk");
    const id = await looked(page);
    const before = await ask(page, `/events/${id}`);
    assert.equal(before.status, "pending");
    await page.keyboard.press("t");
    await page.keyboard.press("c");
    await page.keyboard.press("c");
    const event = await until(page, id, (e) => e.status === "confirmed");
    assert.deepEqual(
      event.history.map((d) => d.action),
      ["acknowledge", "confirm"],
    );
    assert.deepEqual(faults, []);
    await context.close();
  });

  it("a second look agrees in two keys, or takes the decision back with a reason", async () => {
    const { page, context } = await here.page(
      WHO.supervisor,
      "/desk?queue=second_look",
    );
    const first = await looked(page);
    await page.keyboard.press("a");
    assert.equal((await ask(page, `/events/${first}`)).second_look, "wanted");
    await page.keyboard.press("a");
    await until(page, first, (e) => e.second_look === "agreed");
    await page.waitForFunction(
      (was) =>
        document.querySelector("[role=option][id^=row-][aria-selected=true]")?.id !==
        `row-${was}`,
      first,
    );
    const second = await looked(page);
    const bar = page.locator("[data-testid=decided]");
    await bar.locator("button").last().click();
    await bar.locator("input").fill("Ảnh chưa đủ rõ");
    await page.keyboard.press("Enter");
    const event = await until(page, second, (e) => e.status === "acknowledged");
    assert.equal(event.history.at(-1).note, "Ảnh chưa đủ rõ");
    await context.close();
  });

  it("a reopened event can be decided again on the same page", async () => {
    const { page, context } = await here.page(WHO.supervisor, "/desk");
    const id = await looked(page);
    await page.keyboard.press("u");
    await page.keyboard.press("u");
    await until(page, id, (e) => e.status === "cannot_tell");
    await page.locator(`[id="row-${id}"]`).click();
    const bar = page.locator("[data-testid=decided]");
    await bar.locator("button").last().click();
    await bar.locator("input").fill("Có thêm hình");
    await page.keyboard.press("Enter");
    await until(page, id, (e) => e.status === "acknowledged");
    await page.locator("[role=group] button").first().waitFor();
    await page.keyboard.press("c");
    await page.keyboard.press("c");
    await until(page, id, (e) => e.status === "confirmed");
    await context.close();
  });

  it("a supervisor gives an event to somebody, who finds it in an own queue", async () => {
    const { page, context } = await here.page(WHO.supervisor, "/desk");
    const id = await looked(page);
    await page.keyboard.press("g");
    const dialog = page.getByRole("dialog");
    const person = dialog.getByRole("combobox").last();
    await person.or(dialog.getByRole("textbox").last()).first().click();
    await page.getByRole("option", { name: /Trần Thị An/ }).click();
    await dialog.locator("button[type=submit]").click();
    await dialog.waitFor({ state: "detached" });
    assert.equal((await ask(page, `/events/${id}`)).assignee, WHO.reviewer);
    const other = await here.page(WHO.reviewer, "/desk?queue=mine");
    assert.equal(await looked(other.page), id);
    await other.context.close();
    await context.close();
  });

  it("a duplicate is merged into what was looked at beside it, and separated again", async () => {
    const { page, context } = await here.page(WHO.supervisor, "/desk");
    const id = await looked(page);
    await page.keyboard.press("d");
    const dialog = page.getByRole("dialog");
    await dialog.locator("figure img").nth(5).waitFor();
    assert.equal(
      await dialog.locator("section").count(),
      2,
      "both are shown side by side",
    );
    const chosen = await dialog
      .locator("section")
      .last()
      .locator("img")
      .first()
      .getAttribute("src");
    await dialog.locator("button").last().click();
    const merged = await until(page, id, (e) => e.merged_into !== null);
    assert.ok(chosen.includes(merged.merged_into));
    const bar = page.locator("[data-testid=decided]");
    await bar.locator("button").last().click();
    await bar.locator("input").fill("Hai xe khác nhau");
    await page.keyboard.press("Enter");
    await until(page, id, (e) => e.merged_into === null);
    await context.close();
  });

  it("a reviewer is offered neither giving nor merging nor second looks", async () => {
    const { page, context } = await here.page(WHO.reviewer, "/desk");
    await looked(page);
    await page.keyboard.press("g");
    await page.keyboard.press("d");
    assert.equal(await page.getByRole("dialog").count(), 0);
    const queues = page.locator("section select").first().locator("option");
    assert.deepEqual(
      await queues.evaluateAll((all) => all.map((o) => o.value)),
      ["waiting", "mine"],
    );
    await context.close();
  });

  it("a search is kept with its last day, used again and forgotten", async () => {
    const { page, context } = await here.page(
      WHO.reviewer,
      "/search?ward=Ph%C6%B0%E1%BB%9Dng+1&to=2026-12-31",
    );
    const kept = page.locator("section form input");
    await kept.fill("Phường 1 cuối năm");
    await page.keyboard.press("Enter");
    await page
      .getByRole("button", { name: "Phường 1 cuối năm" })
      .first()
      .waitFor();
    const [search] = await ask(page, "/searches");
    assert.match(search.query, /to=2027-01-01/);
    await page.goto("/search");
    await page
      .getByRole("button", { name: "Phường 1 cuối năm", exact: true })
      .click();
    await page.waitForURL(/to=2026-12-31/);
    await page
      .getByRole("button", { name: /Phường 1 cuối năm/ })
      .last()
      .click();
    await page.waitForFunction(() =>
      fetch("/api/v1/searches")
        .then((r) => r.json())
        .then((all) => all.length === 0),
    );
    await context.close();
  });
});
