// The door: a wrong password, a code, a locked account, an ended session; and what a role does not see.
import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import {
  DEVELOPMENT,
  launch,
  open,
  PASSWORD,
  server,
  signIn,
  USERS,
} from "./browser.mjs";

const here = await server(30);
if (!here)
  console.log("skipped: browser tests need STREETWARD_URL or STREETWARD_DATA");
describe("sign in", { skip: !here }, () => {
  let browser;
  before(async () => {
    browser = await launch();
  });
  after(async () => {
    await browser?.close();
    here.stop();
  });
  const attempt = async (page, user, password) => {
    await page.locator("input[autocomplete=username]").fill(user);
    await page.locator("input[autocomplete=current-password]").fill(password);
    await page.locator("button[type=submit]").click();
  };

  it("a wrong password is told, in the language chosen", async () => {
    const { page, context } = await open(browser, here.url);
    await page.goto("/desk");
    await page.waitForURL("**/sign-in**");
    await attempt(page, USERS.reviewer, "sai-mat-khau-roi");
    assert.match(await page.locator("[role=alert]").innerText(), /mật khẩu/);
    await page.locator("button[lang=en]").click();
    assert.equal(await page.locator("html").getAttribute("lang"), "en");
    assert.match(await page.locator("[role=alert]").innerText(), /password/i);
    await attempt(page, USERS.reviewer, PASSWORD);
    await page.waitForURL("**/desk**");
    await context.close();
  });

  it(
    "asks for the code where the account needs one",
    { skip: !DEVELOPMENT },
    async () => {
      const { page, context } = await open(browser, here.url);
      await page.goto("/sign-in");
      await attempt(page, "totp", PASSWORD);
      const code = page.locator("input[autocomplete=one-time-code]");
      await code.fill("000000");
      await page.locator("button[type=submit]").click();
      assert.match(
        await page.locator("[role=alert]").innerText(),
        /giờ của điện thoại/,
      );
      await code.fill("123456");
      await page.locator("button[type=submit]").click();
      await page.waitForURL("**/desk**");
      await context.close();
    },
  );

  it("a locked account says for how long", { skip: !DEVELOPMENT }, async () => {
    const { page, context } = await open(browser, here.url);
    await page.goto("/sign-in");
    for (let i = 0; i < 6; i += 1) {
      await attempt(page, "xem", "sai-mat-khau-roi");
      await page.locator("[role=alert]").waitFor();
      await page.waitForTimeout(150);
      if (await page.locator("button[type=submit][disabled]").count()) break;
    }
    assert.match(
      await page.locator("[role=alert]").innerText(),
      /Có thể thử lại sau \d+ giây/,
    );
    await context.close();
  });

  it("an administrator has no desk and an auditor no decision", async () => {
    const one = await open(browser, here.url);
    await signIn(one.page, USERS.administrator);
    await one.page.locator('nav a[href="/users"]').waitFor();
    assert.equal(await one.page.locator('nav a[href="/desk"]').count(), 0);
    await one.context.close();
    const two = await open(browser, here.url);
    await signIn(two.page, USERS.auditor);
    await two.page.locator("[data-testid=clip]").waitFor();
    assert.equal(await two.page.locator("footer button").count(), 0);
    await two.page.keyboard.press("c");
    await two.page.keyboard.press("c");
    const waits = await two.page.evaluate(() =>
      Object.keys(localStorage).filter((k) => k.includes("outbox")),
    );
    assert.deepEqual(waits, []);
    await two.context.close();
  });
});
