// Finding, handing out and adding up: search, export, today, users, the audit log.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
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
import { SCRIPT } from "./ground.mjs";
import { say } from "./words.mjs";

const here = OWN ? await server() : null;
if (!here) console.log("skipped: these tests change a store of their own");
describe("pages over what is stored", { skip: !here }, () => {
  let browser;
  let confirmed = [];
  before(async () => {
    browser = await launch();
    // Three are confirmed, one of them by a note that holds script; one is dismissed.
    const { page, context } = await open(browser, here.url);
    await signIn(page, USERS.reviewer);
    confirmed = await page.evaluate(async (note) => {
      const me = await fetch("/api/v1/me").then((r) => r.json());
      const { items } = await fetch("/api/v1/events?limit=4").then((r) =>
        r.json(),
      );
      for (const [i, event] of items.entries()) {
        const answer = await fetch(`/api/v1/events/${event.id}/decision`, {
          method: "POST",
          headers: {
            "Content-Type": "application/json",
            "X-CSRF-Token": me.csrf,
            "If-Match": `"${event.version}"`,
          },
          body: JSON.stringify({
            request_key: crypto.randomUUID(),
            ...(i < 3
              ? { action: "confirm", note }
              : { action: "dismiss", reason: "no_violation" }),
          }),
        });
        if (!answer.ok) throw new Error(await answer.text());
      }
      return items.slice(0, 3).map((e) => e.id);
    }, SCRIPT);
    await context.close();
  });
  after(async () => {
    await browser?.close();
    await here.stop();
  });
  const check = (name, body) => it(name, pictured(name, body));
  const events = (page, query) =>
    page.evaluate(
      (q) => fetch(`/api/v1/events?limit=200&${q}`).then((r) => r.json()),
      query,
    );

  check(
    "search finds by camera and status, and its address can be passed on",
    async () => {
      const { page, faults } = await open(browser, here.url, {
        language: "en",
      });
      await signIn(page, USERS.supervisor, "/search");
      await page.locator("main table").waitFor();
      await page
        .getByRole("combobox", { name: say("en", "search.status") })
        .or(page.getByRole("textbox", { name: say("en", "search.status") }))
        .first()
        .click();
      await page
        .getByRole("option", { name: say("en", "status.dismissed") })
        .click();
      await page.waitForURL("**status=dismissed**");
      const rows = page.locator("main table tbody tr");
      await page.waitForFunction(
        () => document.querySelectorAll("main table tbody tr").length === 1,
      );
      await page.goto("/search?status=confirmed&camera=san-truong");
      const want = (await events(page, "status=confirmed&camera=san-truong"))
        .items.length;
      await page.waitForFunction(
        (n) => document.querySelectorAll("main table tbody tr").length === n,
        want,
      );
      for (const text of await rows.allInnerTexts())
        assert.ok(text.includes(say("en", "status.confirmed")), text);
      assert.deepEqual(faults, []);
    },
  );

  check("the export holds what is confirmed and nothing else", async () => {
    const { page } = await open(browser, here.url);
    await signIn(page, USERS.supervisor, "/search");
    const link = page.getByRole("link", { name: "JSON", exact: true });
    await link.waitFor();
    const [download] = await Promise.all([
      page.waitForEvent("download"),
      link.click(),
    ]);
    const text = readFileSync(await download.path(), "utf8");
    const parsed = JSON.parse(text);
    const rows = Array.isArray(parsed) ? parsed : parsed.items;
    assert.deepEqual(rows.map((r) => r.id).sort(), confirmed.toSorted());
  });

  check("today adds up what the store holds", async () => {
    const { page, faults } = await open(browser, here.url);
    await signIn(page, USERS.supervisor, "/today");
    const figure = (key) =>
      page
        .locator("dl > div")
        .filter({ has: page.getByText(say("vi", key), { exact: true }) })
        .locator("dd");
    const waiting = (await events(page, "status=pending,acknowledged")).items
      .length;
    const shown = await figure("today.waiting").innerText();
    assert.equal(Number(shown.replace(/\D/g, "")), waiting);
    assert.deepEqual(faults, []);
  });

  check("an administrator adds a user, who can come in", async () => {
    const { page, faults } = await open(browser, here.url);
    await signIn(page, USERS.administrator, "/users");
    await page.getByRole("button", { name: say("vi", "users.add") }).click();
    const dialog = page.getByRole("dialog");
    await dialog.getByLabel(say("vi", "signIn.user")).fill("dung");
    await dialog
      .getByLabel(say("vi", "account.fullName"))
      .fill(`Dũng ${SCRIPT}`);
    await dialog
      .locator("input[autocomplete=new-password]")
      .fill("mot-mat-khau-khac");
    await dialog
      .getByRole("button", { name: say("vi", "app.save"), exact: true })
      .click();
    await dialog.waitFor({ state: "detached" });
    await page.getByRole("cell", { name: "dung", exact: true }).waitFor();
    await page.getByText(`Dũng ${SCRIPT}`).first().waitFor();
    assert.equal(await page.evaluate(() => window.broken), undefined);
    assert.deepEqual(faults, []);
    const other = await open(browser, here.url);
    await other.page.goto("/sign-in");
    await other.page.locator("input[autocomplete=username]").fill("dung");
    await other.page
      .locator("input[autocomplete=current-password]")
      .fill("mot-mat-khau-khac");
    await other.page.locator("button[type=submit]").click();
    await other.page.waitForURL((at) => !at.pathname.startsWith("/sign-in"));
    assert.equal(await other.page.evaluate(() => window.broken), undefined);
  });

  check("the audit log tells of decisions, exports and users", async () => {
    const { page, faults } = await open(browser, here.url);
    await signIn(page, USERS.administrator, "/audit");
    await page.locator("main table tbody tr").first().waitFor();
    for (const action of ["decision", "export", "user_added"])
      await page
        .locator("main table tbody")
        .getByText(say("vi", `auditAction.${action}`), { exact: true })
        .first()
        .waitFor();
    assert.equal(await page.evaluate(() => window.broken), undefined);
    assert.deepEqual(faults, []);
  });

  check(
    "what was decided shows its history, and script in a note stays text",
    async () => {
      const { page, faults } = await open(browser, here.url);
      await signIn(page, USERS.reviewer, `/desk?event=${confirmed[0]}`);
      await page
        .locator("[data-testid=history]")
        .getByText(SCRIPT)
        .first()
        .waitFor();
      assert.equal(await page.evaluate(() => window.broken), undefined);
      assert.deepEqual(faults, []);
    },
  );
});
