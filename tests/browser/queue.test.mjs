// A queue of 20,000: only what is in view is in the page, and its end can be reached.
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

const here = DEVELOPMENT ? await server(20_000) : null;
if (!here) console.log("skipped: the long queue needs STREETWARD_DATA");
describe("long queue", { skip: !here }, () => {
  let browser;
  before(async () => {
    browser = await launch();
  });
  after(async () => {
    await browser?.close();
    here.stop();
  });

  it("stays small in the page and loads more as it is scrolled", async () => {
    const { page, context } = await open(browser, here.url);
    await signIn(page, USERS.reviewer);
    await page.locator("[data-testid=clip]").waitFor();
    assert.match(
      await page.locator("h2[role=status]").innerText(),
      /13333|13334|13\.33/,
    );
    const rows = () => page.locator("[role=option]").count();
    assert.ok((await rows()) < 60);
    const list = page.locator("[role=listbox]");
    const height = () => list.evaluate((e) => e.scrollHeight);
    const before = await height();
    for (let i = 0; i < 3; i += 1) {
      await list.evaluate((e) => e.scrollTo(0, e.scrollHeight));
      await page.waitForTimeout(700);
    }
    assert.ok((await height()) > before, "more was loaded");
    assert.ok((await rows()) < 60, "rows out of view are not in the page");
    await context.close();
  });
});
