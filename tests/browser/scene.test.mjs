// The scene editor: a zone moved by pointer and by keyboard, checked, tried, saved, given back.
import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import {
  DEVELOPMENT,
  launch,
  open,
  server,
  signIn,
  USERS,
} from "./browser.mjs";

const here = DEVELOPMENT ? await server(30) : null;
if (!here) console.log("skipped: the scene test needs STREETWARD_DATA");
describe("scene editor", { skip: !here }, () => {
  let browser;
  before(async () => {
    browser = await launch();
  });
  after(async () => {
    await browser?.close();
    here.stop();
  });

  it("moves, tries, saves and restores", async () => {
    const { page, context, faults } = await open(browser, here.url, {
      language: "en",
    });
    await signIn(page, USERS.supervisor, "/desk");
    const [camera] = await page.evaluate(() =>
      fetch("/api/v1/cameras").then((r) => r.json()),
    );
    const scene = () =>
      page.evaluate(
        (id) => fetch(`/api/v1/cameras/${id}/scene`).then((r) => r.json()),
        camera.id,
      );
    const first = await scene();
    await page.goto(`/cameras/${camera.id}/scene`);
    await page.getByRole("button", { name: /grass/ }).click();
    const point = page.locator('[data-handle="p:1"]');
    await point.focus();
    await page.keyboard.press("ArrowRight");
    await page.keyboard.press("Shift+ArrowDown");
    const [x, y] = first.zones.find((z) => z.name === "grass").polygon[1];
    assert.equal(await point.getAttribute("cx"), String(x + 1));
    assert.equal(await point.getAttribute("cy"), String(y + 10));
    const box = await page.locator('[data-handle="p:2"]').boundingBox();
    await page.mouse.move(box.x + box.width / 2, box.y + box.height / 2);
    await page.mouse.down();
    await page.mouse.move(box.x + 40, box.y + 60, { steps: 4 });
    await page.mouse.up();
    await page.getByRole("button", { name: "Undo", exact: true }).click();
    await page.getByRole("button", { name: "Try it" }).click();
    await page.getByText(/kept, .* gained/).waitFor();
    const note = page.getByLabel("Why it is changed (required)");
    const save = page.getByRole("button", { name: "Save", exact: true });
    assert.equal(
      await save.isDisabled(),
      true,
      "nothing is saved without a reason",
    );
    await note.fill("The edge of the lawn");
    await save.click();
    await page.getByRole("button", { name: "Go back to version 1" }).waitFor();
    const saved = await scene();
    assert.deepEqual(saved.zones.find((z) => z.name === "grass").polygon[1], [
      x + 1,
      y + 10,
    ]);
    assert.deepEqual(
      saved.zones.find((z) => z.name === "grass").polygon[2],
      first.zones.find((z) => z.name === "grass").polygon[2],
    );
    await page.getByRole("button", { name: "Go back to version 1" }).click();
    await page.getByRole("button", { name: "Go back to version 2" }).waitFor();
    assert.deepEqual(await scene(), first);
    assert.deepEqual(faults, []);
    await context.close();
  });
});
