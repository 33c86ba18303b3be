// The desk: decisions from the keyboard, a server that is away, two reviewers on one event.
import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import {
  launch,
  open,
  OWN,
  PASSWORD,
  pictured,
  server,
  signIn,
  USERS,
} from "./browser.mjs";
import { program } from "./ground.mjs";
import { pattern, say } from "./words.mjs";

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
    await here.stop();
  });

  const check = (name, body, how = {}) => it(name, how, pictured(name, body));
  const chosen = async (page) =>
    (
      await page.locator("[role=option][id^=row-][aria-selected=true]").getAttribute("id")
    ).slice(4);
  const shown = (page) => page.locator("[data-testid=clip]").waitFor();
  const event = (page, id) =>
    page.evaluate(
      (e) => fetch(`/api/v1/events/${e}`).then((r) => r.json()),
      id,
    );
  const becomes = (page, id, status) =>
    page.waitForFunction(
      ([e, s]) =>
        fetch(`/api/v1/events/${e}`)
          .then((r) => r.json())
          .then((d) => d.status === s),
      [id, status],
    );

  check("shows three stills and a clip that plays", async () => {
    const { page, faults } = await open(browser, here.url);
    await signIn(page, USERS.reviewer);
    await shown(page);
    for (const still of ["before", "moment", "after"]) {
      const picture = page
        .getByRole("button", {
          name: say("vi", "desk.zoomIn", { name: say("vi", `desk.${still}`) }),
        })
        .locator("img");
      await picture.waitFor();
      await page.waitForFunction(
        (img) => img.complete && img.naturalWidth > 300,
        await picture.elementHandle(),
      );
    }
    await page.waitForFunction(() => {
      const clip = document.querySelector("[data-testid=clip]");
      return clip.readyState >= 2 && clip.duration > 1 && !clip.error;
    });
    // Forward by a frame, from the keyboard.
    await page.keyboard.press("m");
    const at = () =>
      page.locator("[data-testid=clip]").evaluate((clip) => clip.currentTime);
    const from = await at();
    await page.keyboard.press("ArrowRight");
    await page.waitForFunction(
      (was) => document.querySelector("[data-testid=clip]").currentTime > was,
      from,
    );
    assert.deepEqual(faults, []);
  });

  check("decides in two keys and goes to the next event", async () => {
    const { page, faults } = await open(browser, here.url);
    await signIn(page, USERS.reviewer);
    await shown(page);
    const first = await chosen(page);
    await page.keyboard.press("c");
    assert.equal(
      (await event(page, first)).status,
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
    await becomes(page, first, "confirmed");
    const second = await chosen(page);
    await shown(page);
    await page.keyboard.press("x");
    await page.keyboard.press("3");
    await becomes(page, second, "dismissed");
    const dismissed = await event(page, second);
    assert.equal(dismissed.history.at(-1).reason, dismissed.reasons[2].code);
    assert.deepEqual(faults, []);
  });

  check("a choice begun on one event does not fall on the next", async () => {
    const { page } = await open(browser, here.url);
    await signIn(page, USERS.reviewer);
    await shown(page);
    const first = await chosen(page);
    await page.keyboard.press("c");
    await page.keyboard.press("j");
    await page.waitForFunction(
      (was) =>
        document.querySelector("[role=option][id^=row-][aria-selected=true]")?.id !==
        `row-${was}`,
      first,
    );
    await shown(page);
    const second = await chosen(page);
    await page.keyboard.press("c");
    await page
      .getByText(say("vi", "desk.confirmAgain"), { exact: true })
      .waitFor();
    for (const id of [first, second])
      assert.equal((await event(page, id)).status, "pending");
  });

  check(
    "says plainly after a while that decisions are not sent, and sends them when the server is back",
    async () => {
      const { page } = await open(browser, here.url, { language: "en" });
      await signIn(page, USERS.reviewer);
      await shown(page);
      const id = await chosen(page);
      await here.away();
      await page.keyboard.press("c");
      await page.keyboard.press("c");
      const late = page.locator("[data-testid=late]");
      await late.waitFor({ timeout: 30_000 });
      assert.match(await late.innerText(), pattern("en", "outbox.late"));
      await here.back();
      await late.waitFor({ state: "detached", timeout: 15_000 });
      await becomes(page, id, "confirmed");
      assert.equal((await event(page, id)).history.length, 1);
    },
    { skip: !OWN },
  );

  check(
    "of two reviewers on one event one wins, and the other is told who",
    async () => {
      const one = await open(browser, here.url);
      const two = await open(browser, here.url);
      await signIn(one.page, USERS.reviewer);
      await shown(one.page);
      const id = await chosen(one.page);
      await signIn(two.page, USERS.second, `/desk?event=${id}`);
      await shown(two.page);
      // The second one's page has not heard of the first one's decision.
      await two.page.route("**/api/v1/stream", (route) => route.abort());
      await two.page.reload();
      await shown(two.page);
      assert.equal(await chosen(two.page), id);
      await one.page.keyboard.press("c");
      await one.page.keyboard.press("c");
      await becomes(one.page, id, "confirmed");
      await two.page.keyboard.press("x");
      await two.page.keyboard.press("4");
      const notice = two.page.locator("[data-testid=conflict]");
      await notice.waitFor();
      assert.match(await notice.innerText(), /Trần Thị An|\ban\b/);
      const decided = await event(one.page, id);
      assert.equal(decided.status, "confirmed");
      assert.equal(decided.history.length, 1);
    },
  );

  check(
    "a decision waits for a session that has ended",
    async () => {
      const { page } = await open(browser, here.url);
      await signIn(page, USERS.reviewer);
      await shown(page);
      const id = await chosen(page);
      program([
        ...["user", "edit", USERS.reviewer, "--data", here.data],
        "--end-access",
      ]);
      await page.keyboard.press("c");
      await page.keyboard.press("c");
      await page.waitForURL("**/sign-in**");
      await page.getByText(say("vi", "signIn.expired")).waitFor();
      await page.locator("input[autocomplete=username]").fill(USERS.reviewer);
      await page.locator("input[autocomplete=current-password]").fill(PASSWORD);
      await page.locator("button[type=submit]").click();
      await page.waitForURL("**/desk**");
      await becomes(page, id, "confirmed");
    },
    { skip: !OWN },
  );

  check(
    "script in names, notes and plates stays text",
    async () => {
      const { page, faults } = await open(browser, here.url);
      await signIn(page, USERS.supervisor);
      await shown(page);
      const id = await chosen(page);
      const script =
        "<img src=x onerror=window.broken=1><script>window.broken=1</script>";
      const note = page
        .getByLabel(say("vi", "desk.note"), { exact: true })
        .first();
      await note.fill(script);
      await note.press("Enter");
      await page.locator("[data-testid=history] q").getByText(script).waitFor();
      // Cameras' names hold the same.
      for (const path of [
        `/desk?event=${id}`,
        "/cameras",
        "/search",
        "/today",
      ]) {
        await page.goto(path);
        await page
          .locator("main")
          .getByText("onerror")
          .first()
          .waitFor({ state: "attached" });
        assert.equal(await page.evaluate(() => window.broken), undefined, path);
      }
      assert.deepEqual(faults, []);
    },
    { skip: !OWN },
  );
});
