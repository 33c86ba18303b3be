// Plates at the desk: typed or taken, sent with the confirmation, taken back; and changes that nobody
// answers.
import assert from "node:assert/strict";
import { after, describe, it } from "node:test";
import { ask, looked, standIn, until, WHO } from "./stand_in.mjs";
import { say } from "./words.mjs";

const here = await standIn();
if (!here) console.log("skipped: plates need a filled data folder");
describe("plates", { skip: !here }, () => {
  after(() => here.stop());

  const field = (page) => page.locator("[data-plate]");
  const isNext = (page, id) =>
    page.waitForFunction(
      (was) =>
        document.querySelector("[role=option][id^=row-][aria-selected=true]")?.id !==
        `row-${was}`,
      id,
    );
  const confirm = async (page) => {
    await page.keyboard.press("Escape");
    await page.keyboard.press("c");
    await page.keyboard.press("c");
  };

  it("what is typed and not saved goes with the confirmation", async () => {
    const { page, context, faults } = await here.page(WHO.reviewer, "/desk");
    const id = await looked(page);
    await field(page).fill("84A-123.45");
    await confirm(page);
    await isNext(page, id);
    const event = await until(page, id, (e) => e.status === "confirmed");
    assert.equal(event.plate, "84A-123.45");
    assert.equal(event.history.length, 1);
    // What is decided is not typed over.
    await page.goto(`/desk?event=${id}`);
    await page.locator("[data-testid=decided]").waitFor();
    assert.equal(await field(page).count(), 0);
    assert.deepEqual(faults, []);
    await context.close();
  });

  it("the second press names the plate that goes, and the note goes too", async () => {
    const { page, context, faults } = await here.page(WHO.reviewer, "/desk");
    const id = await looked(page);
    await field(page).fill("84a-123.45");
    await page.locator("[data-note]").fill("biển mờ");
    // Another event has none of it, and this one has it again.
    await page.keyboard.press("Escape");
    await page.keyboard.press("j");
    await isNext(page, id);
    assert.equal(await page.locator("[data-note]").inputValue(), "");
    await page.keyboard.press("k");
    await page.locator(`[id="row-${id}"][aria-selected=true]`).waitFor();
    await page.waitForFunction(
      () => document.querySelector("[data-note]")?.value === "biển mờ",
    );
    await page.keyboard.press("c");
    const plate = "84A-123.45";
    await page.getByText(say("vi", "desk.confirmWith", { plate })).waitFor();
    await page.keyboard.press("c");
    await isNext(page, id);
    const event = await until(page, id, (e) => e.status === "confirmed");
    assert.equal(event.history.at(-1).note, "biển mờ");
    assert.deepEqual(faults, []);
    await context.close();
  });

  it("a guess that is only filled in is not entered", async () => {
    const { page, context } = await here.page(WHO.reviewer, "/desk");
    await looked(page);
    const take = page.getByRole("button", { name: say("vi", "plate.take") });
    // Not every event has a guess.
    for (let i = 0; i < 10 && !(await take.count()); i += 1) {
      await page.keyboard.press("j");
      await page.waitForTimeout(500);
    }
    const id = await looked(page);
    await take.click();
    assert.notEqual(await field(page).inputValue(), "");
    await page.keyboard.press("c");
    await page.getByText(say("vi", "desk.guessStays")).waitFor();
    await page.keyboard.press("c");
    const event = await until(page, id, (e) => e.status === "confirmed");
    assert.equal(event.plate, null);
    await context.close();
  });

  it("what is plainly no plate holds the confirmation back and says why", async () => {
    const { page, context } = await here.page(WHO.reviewer, "/desk");
    const id = await looked(page);
    await field(page).fill("84O12345A");
    await confirm(page);
    await page.getByText(say("vi", "plate.wrong.letter")).waitFor();
    assert.equal((await ask(page, `/events/${id}`)).status, "pending");
    // Another event has none of it, and this one has it again.
    await page.keyboard.press("Escape");
    await page.keyboard.press("j");
    await isNext(page, id);
    assert.equal(await field(page).inputValue(), "");
    await page.keyboard.press("k");
    await page.locator(`[id="row-${id}"][aria-selected=true]`).waitFor();
    assert.equal(await field(page).inputValue(), "84O12345A");
    await context.close();
  });

  it("a plate is saved, taken back, and decided on at once", async () => {
    const { page, context } = await here.page(WHO.reviewer, "/desk");
    const id = await looked(page);
    await field(page).fill("84A-123.45");
    await page.keyboard.press("Enter");
    await until(page, id, (e) => e.plate === "84A-123.45");
    await field(page).fill("");
    await page.keyboard.press("Enter");
    await confirm(page);
    const event = await until(page, id, (e) => e.status === "confirmed");
    assert.equal(event.plate, null);
    assert.deepEqual(
      event.history.map((d) => d.action),
      ["plate", "plate", "confirm"],
    );
    await page.goto(`/desk?event=${id}`);
    await page
      .locator("[data-testid=history]")
      .getByText(say("vi", "action.plateTaken"))
      .waitFor();
    await context.close();
  });

  it("a change that nobody answers is not said to be tried again", async () => {
    const { page, context } = await here.page(WHO.reviewer, "/search");
    await page.route("**/api/v1/searches", (route) =>
      route.request().method() === "POST" ? route.abort() : route.continue(),
    );
    await page.locator("section form input").fill("một tìm kiếm");
    await page.keyboard.press("Enter");
    await page.getByText("Chưa rõ đã lưu hay chưa").waitFor();
    await context.close();
  });
});
