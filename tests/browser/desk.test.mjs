// The desk: decisions from the keyboard, a network that drops, two reviewers on one event.
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

const here = await server(400);
if (!here)
  console.log("skipped: browser tests need STREETWARD_URL or STREETWARD_DATA");
describe("desk", { skip: !here }, () => {
  let browser;
  before(async () => {
    browser = await launch();
  });
  after(async () => {
    await browser?.close();
    here.stop();
  });

  const chosen = (page) =>
    page.locator("[role=option][aria-selected=true]").getAttribute("id");
  const shown = (page) => page.locator("[data-testid=clip]").waitFor();
  const server = (page, id) =>
    page.evaluate(
      (e) => fetch(`/api/v1/events/${e}`).then((r) => r.json()),
      id,
    );

  it("decides in two keys and goes to the next event", async () => {
    const { page, faults, context } = await open(browser, here.url);
    await signIn(page, USERS.reviewer);
    await shown(page);
    const first = (await chosen(page)).slice(4);
    await page.keyboard.press("c");
    assert.equal(
      (await server(page, first)).status,
      "pending",
      "one key decides nothing",
    );
    await page.keyboard.press("c");
    await page.waitForFunction(
      (id) =>
        !document.querySelector(`#row-${CSS.escape(id)}[aria-selected=true]`),
      first,
    );
    await page.locator(`[id="row-${first}"][data-done]`).waitFor();
    await page.waitForFunction(
      (id) =>
        fetch(`/api/v1/events/${id}`)
          .then((r) => r.json())
          .then((e) => e.status === "confirmed"),
      first,
    );
    const second = (await chosen(page)).slice(4);
    await shown(page);
    await page.keyboard.press("x");
    await page.keyboard.press("3");
    await page.waitForFunction(
      (id) =>
        fetch(`/api/v1/events/${id}`)
          .then((r) => r.json())
          .then((e) => e.status === "dismissed"),
      second,
    );
    const dismissed = await server(page, second);
    assert.equal(dismissed.history.at(-1).reason, dismissed.reasons[2].code);
    assert.deepEqual(faults, []);
    await context.close();
  });

  it("a choice begun on one event does not fall on the next", async () => {
    const { page, context } = await open(browser, here.url);
    await signIn(page, USERS.reviewer);
    await shown(page);
    await page.keyboard.press("c");
    await page.keyboard.press("j");
    await page.waitForTimeout(200);
    const second = (await chosen(page)).slice(4);
    await page.keyboard.press("c");
    await page.waitForTimeout(300);
    assert.equal((await server(page, second)).status, "pending");
    await context.close();
  });

  it("100 decisions from the keyboard: no page load, none lost while the network drops", async () => {
    const { page, context } = await open(browser, here.url);
    await signIn(page, USERS.reviewer);
    await shown(page);
    await page.evaluate(() => (window.stillTheSame = true));
    const decided = [];
    for (let i = 0; i < 100; i += 1) {
      if (i === 40) {
        await context.setOffline(true);
        setTimeout(() => void context.setOffline(false), 5000);
      }
      const id = (await chosen(page)).slice(4);
      assert.ok(!decided.includes(id), "no event comes twice");
      await page
        .locator("[role=group] button")
        .first()
        .waitFor({ timeout: 20_000 });
      decided.push(id);
      if (i % 3 === 0)
        (await page.keyboard.press("c"), await page.keyboard.press("c"));
      else if (i % 3 === 1)
        (await page.keyboard.press("x"), await page.keyboard.press("4"));
      else (await page.keyboard.press("u"), await page.keyboard.press("u"));
      await page.waitForFunction(
        (was) =>
          document.querySelector("[role=option][aria-selected=true]")?.id !==
          `row-${was}`,
        id,
      );
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
      const event = await server(page, id);
      assert.equal(event.status, want[i % 3], `decision ${i}`);
      assert.equal(event.history.length, 1, `decision ${i} was made once`);
    }
    assert.equal(
      await page.evaluate(() => window.stillTheSame),
      true,
      "the page was loaded once",
    );
    await context.close();
  });

  it(
    "says plainly after a while that decisions are not sent, and sends them later",
    { skip: !DEVELOPMENT },
    async () => {
      const { page, context } = await open(browser, here.url);
      await signIn(page, USERS.reviewer);
      await shown(page);
      const id = (await chosen(page)).slice(4);
      await page.request.post("/api/v1/dev/down");
      await page.keyboard.press("c");
      await page.keyboard.press("c");
      await page.locator("[data-testid=late]").waitFor({ timeout: 25_000 });
      await page.request.post("/api/v1/dev/up");
      await page
        .locator("[data-testid=late]")
        .waitFor({ state: "detached", timeout: 15_000 });
      assert.equal((await server(page, id)).status, "confirmed");
      await context.close();
    },
  );

  it("of two reviewers on one event one wins, and the other is told who", async () => {
    const one = await open(browser, here.url);
    const two = await open(browser, here.url);
    await signIn(one.page, USERS.reviewer);
    await shown(one.page);
    const id = (await chosen(one.page)).slice(4);
    await signIn(two.page, USERS.second, `/desk?event=${id}`);
    await shown(two.page);
    // The second one's page has not heard of the first one's decision.
    await two.page.route("**/api/v1/stream", (route) => route.abort());
    await two.page.reload();
    await shown(two.page);
    await one.page.keyboard.press("c");
    await one.page.keyboard.press("c");
    await one.page.waitForFunction(
      (e) =>
        fetch(`/api/v1/events/${e}`)
          .then((r) => r.json())
          .then((d) => d.status === "confirmed"),
      id,
    );
    await two.page.keyboard.press("x");
    await two.page.keyboard.press("4");
    const notice = two.page.locator("[data-testid=conflict]");
    await notice.waitFor();
    assert.match(await notice.innerText(), /Trần Thị An|an/);
    const event = await server(one.page, id);
    assert.equal(event.status, "confirmed");
    assert.equal(event.history.length, 1);
    await one.context.close();
    await two.context.close();
  });

  it(
    "a decision waits for a session that has ended",
    { skip: !DEVELOPMENT },
    async () => {
      const { page, context } = await open(browser, here.url);
      await signIn(page, USERS.reviewer);
      await shown(page);
      const id = (await chosen(page)).slice(4);
      await page.request.post("/api/v1/dev/expire");
      await page.keyboard.press("c");
      await page.keyboard.press("c");
      await page.waitForURL("**/sign-in**");
      await page.locator("input[autocomplete=username]").fill(USERS.reviewer);
      await page
        .locator("input[autocomplete=current-password]")
        .fill("mat-khau-thu-nghiem");
      await page.locator("button[type=submit]").click();
      await page.waitForFunction(
        (e) =>
          fetch(`/api/v1/events/${e}`)
            .then((r) => r.json())
            .then((d) => d.status === "confirmed"),
        id,
      );
      await context.close();
    },
  );
});
