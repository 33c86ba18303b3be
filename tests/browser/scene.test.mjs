// The scene editor: a zone moved by pointer and by keyboard, checked, tried, saved, given back.
import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import {
  DEVELOPMENT,
  launch,
  open,
  OWN,
  pictured,
  server,
  signIn,
  USERS,
} from "./browser.mjs";
import { pattern, say } from "./words.mjs";

const here = OWN || DEVELOPMENT ? await server(30) : null;
if (!here) console.log("skipped: the scene test changes a scene of its own");
describe("scene editor", { skip: !here }, () => {
  let browser;
  before(async () => {
    browser = await launch();
  });
  after(async () => {
    await browser?.close();
    await here.stop();
  });

  const name = "moves, tries, saves and goes back";
  it(
    name,
    pictured(name, async () => {
      const { page, faults } = await open(browser, here.url, {
        language: "en",
      });
      const button = (key, values) =>
        page.getByRole("button", {
          name: say("en", key, values),
          exact: true,
        });
      await signIn(page, USERS.supervisor, "/cameras");
      const id = OWN ? "cong-truong" : "pets-01";
      const zones = () =>
        page.evaluate(
          (camera) =>
            fetch(`/api/v1/cameras/${camera}/scene`)
              .then((r) => r.json())
              .then((answer) => (answer.scene ?? answer).zones),
          id,
        );
      const grass = (all) => all.find((z) => z.name === "grass").polygon;
      const first = await zones();
      await page.goto(`/cameras/${id}/scene`);
      await page.getByRole("button", { name: /grass/ }).click();
      const point = page.locator('[data-handle="p:1"]');
      await point.focus();
      await page.keyboard.press("ArrowRight");
      await page.keyboard.press("Shift+ArrowDown");
      const [x, y] = grass(first)[1];
      assert.equal(await point.getAttribute("cx"), String(x + 1));
      assert.equal(await point.getAttribute("cy"), String(y + 10));
      // By the pointer, and taken back.
      const box = await page.locator('[data-handle="p:2"]').boundingBox();
      await page.mouse.move(box.x + box.width / 2, box.y + box.height / 2);
      await page.mouse.down();
      await page.mouse.move(box.x + 40, box.y + 60, { steps: 4 });
      await page.mouse.up();
      await button("scene.undo").click();
      await button("scene.try").click();
      await page
        .getByText(pattern("en", "scene.outcome"))
        .waitFor({ timeout: 20_000 });
      const note = page.getByLabel(say("en", "scene.why"));
      const save = button("app.save");
      assert.ok(await save.isDisabled(), "nothing is saved without a reason");
      await note.fill("The edge of the lawn");
      await save.click();
      await button("scene.restoreOf", { version: 1 }).waitFor();
      const saved = grass(await zones());
      assert.deepEqual(saved[1], [x + 1, y + 10]);
      assert.deepEqual(saved[2], grass(first)[2]);
      await button("scene.restoreOf", { version: 1 }).click();
      await button("scene.restoreOf", { version: 2 }).waitFor();
      assert.deepEqual(await zones(), first);
      assert.deepEqual(faults, []);
    }),
  );

  const lost = "a zone drawn elsewhere shows which events would have been lost";
  it(
    lost,
    { skip: !OWN },
    pictured(lost, async () => {
      const { page } = await open(browser, here.url, { language: "vi" });
      await signIn(page, USERS.supervisor, "/cameras");
      const { before, outcome } = await page.evaluate(async () => {
        const me = await fetch("/api/v1/me").then((r) => r.json());
        const scene = await fetch("/api/v1/cameras/cong-truong/scene")
          .then((r) => r.json())
          .then((answer) => answer.scene ?? answer);
        const before = scene.zones.length;
        const lawn = scene.zones.find((z) => z.name === "grass");
        lawn.polygon = [
          [0, 560],
          [20, 560],
          [20, 575],
          [0, 575],
        ];
        const answer = await fetch(
          "/api/v1/cameras/cong-truong/scene/preview",
          {
            method: "POST",
            headers: {
              "Content-Type": "application/json",
              "X-CSRF-Token": me.csrf,
            },
            body: JSON.stringify({ scene }),
          },
        );
        return { before, outcome: await answer.json() };
      });
      assert.equal(before, 2);
      assert.ok(
        outcome.lost?.length > 0,
        JSON.stringify(outcome).slice(0, 500),
      );
    }),
  );
});
