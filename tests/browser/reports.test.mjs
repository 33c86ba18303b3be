// Reports: a period is chosen, its tables and charts are there in both languages, the files come.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { after, before, describe, it } from "node:test";
import { pictured } from "./browser.mjs";
import { standIn, WHO } from "./stand_in.mjs";
import { say } from "./words.mjs";

const here = await standIn(60);
if (!here) console.log("skipped: what only the stand-in does needs its data");

describe("reports", { skip: !here }, () => {
  let page, faults;
  before(async () => {
    ({ page, faults } = await here.page(WHO.supervisor, "/reports", {
      language: "vi",
    }));
  });
  after(() => here.stop());

  it(
    "shows the period's tables and charts, numbered, with their definitions",
    pictured("reports", async () => {
      const table = page.getByRole("table", {
        name: `${say("vi", "reports.table")} 1. Vụ việc theo lĩnh vực`,
      });
      await table.waitFor();
      assert.equal(await page.locator("figure").count(), 3);
      assert.equal(
        (await page.locator("figure svg.recharts-surface").count()) >= 3,
        true,
      );
      const details = page.locator("details", {
        hasText: "vụ việc bắt đầu trong kỳ",
      });
      await details.locator("summary").click();
      assert.ok(await details.locator("li").isVisible());
    }),
  );

  it(
    "chooses another period, a filter and a language, and keeps them in the address",
    pictured("reports-choice", async () => {
      await page.getByLabel(say("vi", "reports.before")).click();
      await page.waitForURL(/on=\d{4}-\d{2}-01/);
      await page
        .getByRole("textbox", { name: say("vi", "reports.period") })
        .click();
      await page
        .getByRole("option", { name: say("vi", "reports.periods.year") })
        .click();
      await page.waitForURL(/period=year/);
      await page
        .getByRole("textbox", { name: say("vi", "search.domain") })
        .click();
      await page
        .getByRole("option", { name: say("vi", "domain.traffic") })
        .click();
      await page.waitForURL(/domain=traffic/);
      await page
        .getByRole("textbox", { name: say("vi", "reports.language") })
        .click();
      await page.getByRole("option", { name: "English" }).click();
      await page
        .getByRole("heading", { name: "1. Results by domain" })
        .waitFor();
      await page.reload();
      await page
        .getByRole("heading", { name: "1. Results by domain" })
        .waitFor();
      assert.equal(await page.locator("article").getAttribute("lang"), "en");
    }),
  );

  it(
    "gives the same report as a file in each form",
    pictured("reports-files", async () => {
      for (const format of ["docx", "xlsx", "html", "csv"]) {
        const coming = page.waitForEvent("download");
        const link = page.getByRole("link", {
          name: say("vi", `reports.formats.${format}`),
        });
        const address = new URL(await link.getAttribute("href"), page.url());
        await link.click();
        const file = await coming;
        assert.match(file.suggestedFilename(), new RegExp(`-en\\.${format}$`));
        assert.equal(address.searchParams.get("period"), "year");
        assert.equal(address.searchParams.get("domain"), "traffic");
        assert.ok(readFileSync(await file.path(), "utf8").endsWith(format));
      }
      assert.deepEqual(faults, []);
    }),
  );

  it(
    "says that a file is coming, and that one that fails is to be asked for again",
    pictured("reports-lost", async () => {
      let lose;
      const held = new Promise((done) => (lose = done));
      const files = (url) => url.pathname.includes("/reports/file");
      await page.route(files, async (route) => {
        await held;
        await route.abort();
      });
      await page
        .getByRole("link", { name: say("vi", "reports.formats.csv") })
        .click();
      const coming = page
        .locator("[role=status]")
        .filter({ hasText: say("vi", "app.loading") });
      await coming.first().waitFor();
      lose();
      await page.getByText("rồi thực hiện lại").waitFor();
      assert.equal(await coming.count(), 0);
      await page.unroute(files);
    }),
  );
});
