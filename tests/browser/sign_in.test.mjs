// The door: a wrong password, a code, a locked account, an ended session; and what a role does not see.
import assert from "node:assert/strict";
import { createHmac } from "node:crypto";
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

/** The code of RFC 6238 for a secret in base 32, now or so many steps later. */
function codeOf(secret, later = 0) {
  const bits = [...secret.replace(/=+$/, "")]
    .map((c) =>
      "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"
        .indexOf(c)
        .toString(2)
        .padStart(5, "0"),
    )
    .join("");
  const key = Buffer.from(bits.match(/.{8}/g).map((b) => parseInt(b, 2)));
  const counter = Buffer.alloc(8);
  counter.writeBigUInt64BE(BigInt(Math.floor(Date.now() / 30_000) + later));
  const mac = createHmac("sha1", key).update(counter).digest();
  const number = mac.readUInt32BE(mac.at(-1) & 15) & 0x7fffffff;
  return String(number % 1_000_000).padStart(6, "0");
}

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
    await here.stop();
  });
  const check = (name, body, how = {}) => it(name, how, pictured(name, body));
  const attempt = async (page, user, password) => {
    await page.locator("input[autocomplete=username]").fill(user);
    await page.locator("input[autocomplete=current-password]").fill(password);
    await page.locator("button[type=submit]").click();
  };

  check("a wrong password is told, in the language chosen", async () => {
    const { page, faults } = await open(browser, here.url);
    await page.goto("/desk");
    await page.waitForURL("**/sign-in**");
    await attempt(page, USERS.reviewer, "sai-mat-khau-roi");
    assert.match(await page.locator("[role=alert]").innerText(), /mật khẩu/i);
    await page.locator("button[lang=en]").click();
    assert.equal(await page.locator("html").getAttribute("lang"), "en");
    assert.match(await page.locator("[role=alert]").innerText(), /password/i);
    await attempt(page, USERS.reviewer, PASSWORD);
    await page.waitForURL("**/desk**");
    assert.deepEqual(faults, []);
  });

  check(
    "asks for the code where the account needs one",
    async () => {
      const { page } = await open(browser, here.url);
      await signIn(page, USERS.second, "/account");
      const step = (body) =>
        page.evaluate(async (sent) => {
          const me = await fetch("/api/v1/me").then((r) => r.json());
          const answer = await fetch("/api/v1/me/totp", {
            method: "POST",
            headers: {
              "Content-Type": "application/json",
              "X-CSRF-Token": me.csrf,
            },
            body: JSON.stringify(sent),
          });
          return answer.status === 204 ? {} : answer.json();
        }, body);
      let offer = await step({ password: PASSWORD });
      if (!offer.secret) offer = await step({});
      const { secret } = offer;
      assert.ok(secret, JSON.stringify(offer));
      await step({ password: PASSWORD, code: codeOf(secret) }).then(
        (done) => done.error && step({ code: codeOf(secret) }),
      );
      const other = await open(browser, here.url);
      await other.page.goto("/sign-in");
      await attempt(other.page, USERS.second, PASSWORD);
      const code = other.page.locator("input[autocomplete=one-time-code]");
      await code.fill("000000");
      await other.page.locator("button[type=submit]").click();
      await other.page.locator("[role=alert]").waitFor();
      // A code serves once: the one that turned it on is spent, the next is not.
      await code.fill(codeOf(secret, 1));
      await other.page.locator("button[type=submit]").click();
      await other.page.waitForURL("**/desk**");
    },
    { skip: !OWN },
  );

  check(
    "a locked account says for how long",
    async () => {
      for (const language of ["vi", "en"]) {
        const { page } = await open(browser, here.url, { language });
        await page.goto("/sign-in");
        const locked = page.getByText(pattern(language, "signIn.locked"));
        for (let i = 0; i < 12 && (await locked.count()) === 0; i += 1) {
          const answered = page.waitForResponse("**/api/v1/login");
          await attempt(page, USERS.supervisor, `sai-mat-khau-roi-${i}`);
          await answered;
          await page.locator("[role=alert]").waitFor();
        }
        await locked.waitFor();
        assert.ok(await page.locator("button[type=submit]").isDisabled());
      }
    },
    { skip: !OWN },
  );

  check(
    "a session that has ended is told, and the way leads back",
    async () => {
      for (const language of ["vi", "en"]) {
        const { page } = await open(browser, here.url, { language });
        await signIn(page, USERS.auditor, "/search");
        await page.locator("main table").waitFor();
        program([
          ...["user", "edit", USERS.auditor, "--data", here.data],
          "--end-access",
        ]);
        await page
          .getByRole("link", { name: say(language, "nav.today") })
          .click();
        await page.waitForURL("**/sign-in**");
        await page.getByText(say(language, "signIn.expired")).waitFor();
        await attempt(page, USERS.auditor, PASSWORD);
        await page.waitForURL((at) => !at.pathname.startsWith("/sign-in"));
      }
    },
    { skip: !OWN },
  );

  check("an administrator has no desk and an auditor no decision", async () => {
    const one = await open(browser, here.url);
    await signIn(one.page, USERS.administrator);
    await one.page.locator('nav a[href="/users"]').waitFor();
    assert.equal(await one.page.locator('nav a[href="/desk"]').count(), 0);
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
  });
});
