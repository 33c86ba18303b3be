// Handing over, from the request to a pack that a browser verifies without server or network.
// STREETWARD_PACK names the folder of a pack that is there already: then that one is verified, and no
// server is needed.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { createHash, generateKeyPairSync, sign } from "node:crypto";
import {
  cpSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { basename, join, relative } from "node:path";
import { after, before, describe, it } from "node:test";
import {
  launch,
  open,
  OWN,
  pictured,
  server,
  signIn,
  USERS,
} from "./browser.mjs";
import { SCRIPT } from "./ground.mjs";

const ready = process.env.STREETWARD_PACK;
const here = OWN && !ready ? await server() : null;
if (!here && !ready) console.log("skipped: handing over needs a server of its own");

/** Confirms so many events by the API, as whoever is signed in; their ids. */
function confirmed(page, count) {
  return page.evaluate(async (many) => {
    const api = "/api/v1";
    const { csrf } = await (await fetch(`${api}/me`)).json();
    const { items } = await (
      await fetch(`${api}/events?status=pending&limit=${many}`)
    ).json();
    for (const { id, version } of items)
      await fetch(`${api}/events/${id}/decision`, {
        method: "POST",
        headers: {
          "Content-Type": "application/json",
          "X-CSRF-Token": csrf,
          "If-Match": `"${version}"`,
        },
        body: JSON.stringify({ action: "confirm", request_key: `pack-${id}` }),
      });
    return items.map(({ id }) => id);
  }, count);
}

function filesOf(folder) {
  return readdirSync(folder, { recursive: true })
    .map((name) => join(folder, name))
    .filter((path) => statSync(path).isFile())
    .map((path) => relative(folder, path));
}

/** A pack that is whole in itself: an event left out, the manifest signed anew by whoever did it. */
function forge(pack, folder) {
  const forged = join(folder, "forged");
  cpSync(pack, forged, { recursive: true });
  const { publicKey, privateKey } = generateKeyPairSync("ed25519");
  const raw = publicKey.export({ format: "der", type: "spki" }).subarray(-32);
  const manifest = JSON.parse(
    readFileSync(join(forged, "manifest.json"), "utf8"),
  );
  const [gone] = manifest.events.splice(0, 1);
  manifest.files = manifest.files.filter(
    ({ name }) => !name.startsWith(`events/${gone.id}/`),
  );
  rmSync(join(forged, "events", gone.id), { recursive: true });
  const bytes = Buffer.from(JSON.stringify(manifest));
  const signature = sign(null, bytes, privateKey);
  writeFileSync(join(forged, "manifest.json"), bytes);
  writeFileSync(join(forged, "manifest.sig.bin"), signature);
  writeFileSync(
    join(forged, "manifest.sig"),
    JSON.stringify({
      format: "streetward.signature/1",
      key_id: createHash("sha256").update(raw).digest("hex").slice(0, 16),
      public_key: raw.toString("hex"),
      signature: signature.toString("hex"),
    }),
  );
  return forged;
}

/** Opens the pack's page in a browser without Ed25519, gives what it says of a folder. */
async function without(browser, pack, chosen) {
  const context = await browser.newContext({ offline: true });
  await context.addInitScript(() => {
    for (const name of ["importKey", "verify"]) {
      const was = SubtleCrypto.prototype[name];
      SubtleCrypto.prototype[name] = function (...given) {
        if (JSON.stringify(given).includes("Ed25519"))
          throw new DOMException("unknown", "NotSupportedError");
        return was.apply(this, given);
      };
    }
  });
  const page = await context.newPage();
  const faults = [];
  page.on("pageerror", (e) => faults.push(String(e)));
  page.on("request", (r) => {
    if (!/^(file|blob):/.test(r.url())) faults.push(r.url());
  });
  await page.goto(`file://${pack}/index.html`);
  await page.locator("#folder").setInputFiles(chosen);
  await page.waitForFunction(() => document.body.dataset.done === "1");
  const verdict = await page.locator("#verdict").getAttribute("class");
  const problems = await page
    .locator("#problems li[data-problem]")
    .evaluateAll((all) => all.map((li) => li.dataset.problem));
  await context.close();
  return { verdict, problems, faults };
}

describe("handing over", { skip: !here && !ready }, () => {
  let browser, folder, pack;
  before(async () => {
    browser = await launch();
    folder = mkdtempSync(join(tmpdir(), "streetward-pack-"));
    if (ready) {
      pack = join(folder, basename(ready));
      cpSync(ready, pack, { recursive: true });
    }
  });
  after(async () => {
    await browser?.close();
    await here?.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  it(
    "is asked by one, allowed by another, and taken",
    { skip: !here },
    pictured("handover asked", async () => {
      const { page, faults } = await open(browser, here.url);
      await signIn(page, USERS.reviewer, "/desk");
      const events = await confirmed(page, 2);
      await page.goto(`/handover?events=${events.join("%2C")}`);
      await page.getByLabel("Cơ quan yêu cầu").fill("Công an tỉnh Vĩnh Long");
      await page.getByLabel("Người nhận").fill("Thiếu tá Nguyễn Văn An");
      await page.getByLabel("Căn cứ").fill("Công văn 12/CSGT");
      await page.getByLabel("Mục đích").fill(`Xử lý ${SCRIPT}`);
      await page.getByRole("button", { name: "Gửi yêu cầu" }).click();
      const one = page.locator("[data-request]").first();
      await one.getByText("Chờ phê duyệt").waitFor();
      assert.equal(
        await one.getByRole("button", { name: "Phê duyệt" }).count(),
        0,
        "a reviewer allows nothing",
      );
      const other = await open(browser, here.url);
      await signIn(other.page, USERS.supervisor, "/handover");
      await other.page.getByRole("button", { name: "Phê duyệt" }).click();
      await other.page.locator("#main").getByText("Gói đã sẵn sàng").waitFor({
        timeout: 120_000,
      });
      const taking = other.page.waitForEvent("download");
      await other.page.locator("a[download][href*='/packs/']").click();
      const archive = join(folder, "pack.zip");
      await (await taking).saveAs(archive);
      execFileSync("python3", ["-m", "zipfile", "-e", archive, folder]);
      pack = join(
        folder,
        readdirSync(folder).find((name) => /^pack-pk-/.test(name) && !/zip$/.test(name)),
      );
      assert.equal(
        await other.page.evaluate(() => window.broken),
        undefined,
        "what was typed is text",
      );
      assert.deepEqual([...faults, ...other.faults], []);
      const many = await open(browser, here.url, { width: 390, height: 800 });
      await signIn(many.page, USERS.supervisor, "/handover");
      await many.page.locator("[data-request]").first().waitFor();
      const wide = await many.page.evaluate(
        () => document.documentElement.scrollWidth,
      );
      assert.ok(wide <= 390, `no wider than a phone: ${wide}`);
      await many.page.screenshot({ path: join(folder, "phone.png") });
    }),
  );

  it(
    "verifies a pack from the disk, and names what is wrong",
    pictured("handover verified", async () => {
      const context = await browser.newContext({ offline: true });
      const page = await context.newPage();
      const asked = [];
      const faults = [];
      page.on("request", (r) => {
        if (!/^(file|blob):/.test(r.url())) asked.push(r.url());
      });
      page.on("pageerror", (e) => faults.push(String(e)));
      page.on("console", (m) => {
        if (m.type() === "error") faults.push(m.text());
      });
      await page.goto(`file://${pack}/index.html`);
      let done = 0;
      const verify = async (chosen = pack) => {
        await page.locator("#folder").setInputFiles(chosen);
        done += 1;
        await page.waitForFunction(
          (n) => Number(document.body.dataset.done) >= n,
          done,
        );
        const verdict = await page.locator("#verdict").getAttribute("class");
        const problems = await page
          .locator("#problems li[data-problem]")
          .evaluateAll((all) =>
            all.map((li) => [
              li.dataset.problem,
              li.querySelector("code").textContent,
            ]),
          );
        return { verdict, problems };
      };
      assert.deepEqual(await verify(), { verdict: "good", problems: [] });
      const custody = await page.locator("#custody").innerText();
      assert.match(custody, /Phê duyệt bàn giao/);
      assert.doesNotMatch(custody, /\ba_[a-z]/, "each step has its words");
      if (!ready)
        assert.match(await page.locator("#request").innerText(), /<script>/);
      assert.equal(await page.evaluate(() => window.broken), undefined);
      await page.screenshot({
        path: process.env.STREETWARD_PACK_PICTURE ?? join(folder, "page.png"),
        fullPage: true,
      });
      const names = filesOf(pack);
      assert.ok(names.length > 20, names.join(" "));
      const named = ({ problems }, name) =>
        problems.some(([, file]) => file === name);
      for (const name of names) {
        const path = join(pack, name);
        const was = readFileSync(path);
        const touched = Buffer.from(was);
        touched[touched.length >> 1] ^= 1;
        writeFileSync(path, touched);
        const changed = await verify();
        // Whatever is not plain in a signature's own bytes shows in what it signs.
        const where = /^manifest/.test(name)
          ? changed.problems.some(([, file]) => /^manifest/.test(file))
          : named(changed, name);
        assert.ok(where, `${name}: ${JSON.stringify(changed)}`);
        rmSync(path);
        const missing = await verify();
        assert.ok(
          missing.verdict === "bad" && named(missing, name),
          `${name} gone: ${JSON.stringify(missing)}`,
        );
        writeFileSync(path, was);
      }
      writeFileSync(join(pack, "extra.txt"), "x");
      assert.deepEqual((await verify()).problems, [["added", "extra.txt"]]);
      rmSync(join(pack, "extra.txt"));
      const event = readdirSync(join(pack, "events"))[0];
      renameSync(join(pack, "events", event), join(folder, "away"));
      assert.deepEqual((await verify()).problems, [
        ["event_missing", `events/${event}`],
      ]);
      renameSync(join(folder, "away"), join(pack, "events", event));
      assert.equal((await verify()).verdict, "good", "put back");
      // A key that came another way, and is another.
      await page.locator("#expected").fill("0123456789abcdef");
      assert.deepEqual((await verify()).problems[0]?.slice(0, 2), [
        "wrong_key",
        "manifest.sig",
      ]);
      await page.locator("#expected").fill("");
      // Dropping is another way in; the page has it too.
      assert.equal(await page.locator("#drop").count(), 1);
      await page.getByRole("button", { name: "English" }).click();
      assert.match(await page.locator("#drop").innerText(), /does not let a page/);
      assert.deepEqual(asked, [], "nothing is asked of anybody");
      assert.deepEqual(faults, []);
      await context.close();
    }),
  );

  it(
    "names a manifest that another key has signed",
    pictured("handover forged", async () => {
      const forged = forge(pack, folder);
      const context = await browser.newContext({ offline: true });
      const page = await context.newPage();
      await page.goto(`file://${pack}/index.html`);
      await page.locator("#folder").setInputFiles(forged);
      await page.waitForFunction(() => document.body.dataset.done === "1");
      const problems = await page
        .locator("#problems li[data-problem]")
        .evaluateAll((all) => all.map((li) => li.dataset.problem));
      assert.deepEqual(problems, ["wrong_key"]);
      await context.close();
    }),
  );

  it(
    "takes nothing for a signature or a manifest that is none",
    pictured("handover odd", async () => {
      const odd = join(folder, "odd");
      cpSync(pack, odd, { recursive: true });
      const page = await (await browser.newContext({ offline: true })).newPage();
      const faults = [];
      page.on("pageerror", (e) => faults.push(String(e)));
      await page.goto(`file://${pack}/index.html`);
      let done = 0;
      const verdict = async (name, content) => {
        const was = readFileSync(join(odd, name));
        writeFileSync(join(odd, name), content);
        const chosen = page.locator("#folder");
        await chosen.evaluate((input) => (input.value = "")); // the same again is no change
        await chosen.setInputFiles(odd);
        done += 1;
        await page.waitForFunction((n) => Number(document.body.dataset.done) >= n, done);
        writeFileSync(join(odd, name), was);
        return page.locator("#verdict").getAttribute("class");
      };
      for (const none of ["null", "0", '""', "{}", "[]", '{"signature":7}'])
        assert.equal(await verdict("manifest.sig", none), "bad", none);
      assert.equal(await verdict("custody.json", '{"events":[{}]}'), "bad");
      for (const name of ["manifest.sig", "manifest.json"]) {
        const was = readFileSync(join(odd, name));
        for (const key of new Set(was.toString().match(/"\w+":/g))) {
          const flipped = Buffer.from(was);
          flipped[was.indexOf(key) + 2] ^= 1;
          assert.equal(await verdict(name, flipped), "bad", `${name} ${key}`);
        }
      }
      assert.equal(await verdict("manifest.sig", readFileSync(join(odd, "manifest.sig"))), "good");
      assert.deepEqual(faults, []);
    }),
  );

  it(
    "checks the signature itself where the browser knows no Ed25519",
    pictured("handover without", async () => {
      const good = { verdict: "good", problems: [], faults: [] };
      assert.deepEqual(await without(browser, pack, pack), good);
      const forged = join(folder, "forged");
      rmSync(forged, { recursive: true, force: true });
      forge(pack, folder);
      assert.deepEqual(await without(browser, pack, forged), {
        verdict: "bad",
        problems: ["wrong_key"],
        faults: [],
      });
      // The key is the right one, the manifest another.
      const touched = join(folder, "touched");
      cpSync(pack, touched, { recursive: true });
      const manifest = readFileSync(join(touched, "manifest.json"), "utf8");
      writeFileSync(join(touched, "manifest.json"), `${manifest} `);
      assert.deepEqual((await without(browser, pack, touched)).problems, [
        "signature",
      ]);
    }),
  );

  it(
    "is asked for a range of days, and says what is left out",
    { skip: !here },
    pictured("handover range", async () => {
      const { page, faults } = await open(browser, here.url);
      await signIn(page, USERS.reviewer, "/handover");
      await page.getByRole("button", { name: "Lập yêu cầu" }).click();
      await page.getByLabel("Cơ quan yêu cầu").fill("Thanh tra tỉnh");
      await page.getByLabel("Người nhận").fill("Bà Trần Thị Bình");
      await page.getByLabel("Căn cứ").fill("Quyết định 5/TTr");
      await page.getByLabel("Mục đích").fill("Thanh tra theo kế hoạch");
      await page.getByLabel("Theo khoảng thời gian").check();
      await page.getByLabel("Từ ngày").fill("2001-01-01");
      await page.getByLabel("Đến ngày").fill("2001-01-02");
      await page.getByRole("button", { name: "Gửi yêu cầu" }).click();
      await page
        .getByRole("alert")
        .filter({ hasText: "Trong khoảng này không có vụ việc nào" })
        .waitFor();
      await page.getByLabel("Từ ngày").fill("2020-01-01");
      await page.getByLabel("Đến ngày").fill("2035-12-31");
      await page.getByRole("button", { name: "Gửi yêu cầu" }).click();
      const one = page.locator("[data-request]").first();
      await one.getByText("Khoảng yêu cầu").waitFor();
      await one
        .getByText(/\d+ vụ việc trong khoảng chưa được xác nhận, không kèm theo/)
        .waitFor();
      assert.equal(await one.locator("a[href*='event=']").count(), 2);
      assert.deepEqual(
        faults.filter((f) => !/422/.test(f)),
        [],
      );
    }),
  );
});
