// README's pictures: every page in both languages, as a supervisor or an administrator sees it:
// node tests/browser/pictures.mjs FOLDER [PAGE ...]
import { execFileSync } from "node:child_process";
import { randomBytes } from "node:crypto";
import {
  mkdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";

process.env.STREETWARD_PASSWORD ??= randomBytes(12).toString("base64url");
const { launch, open, PASSWORD, signIn, USERS } = await import("./browser.mjs");
const { desk, fill, ownFolder, program, VTEST } = await import("./ground.mjs");

const [folder, ...only] = process.argv.slice(2);
if (!folder) throw new Error("name the folder that pictures go to");
/** What a picture may weigh, bytes. */
const MOST = 150_000;
// Page, address, who looks, the window's height in pixels.
const PAGES = [
  ["sign-in", "/sign-in", null, 560],
  ["desk", "/desk", "supervisor", 900],
  ["cameras", "/cameras", "supervisor", 560],
  ["camera", "/cameras/san-truong", "supervisor", 700],
  ["scene", "/cameras/cong-truong/scene", "supervisor", 900],
  ["search", "/search", "supervisor", 900],
  ["today", "/today", "supervisor", 900],
  ["account", "/account", "supervisor", 900],
  ["reports", "/reports", "supervisor", 1000],
  ["register", "/register?view=map", "supervisor", 760],
  ["fitness", "/register?view=fitness", "supervisor", 760],
  ["handover", "/handover", "supervisor", 700],
  ["result", "/desk?event=", "supervisor", 900],
  ["users", "/users", "administrator", 560],
  ["audit", "/audit", "administrator", 900],
].filter(([name]) => only.length === 0 || only.includes(name));

/** A palette of ever fewer colours, until it is light enough. */
function press(from, to) {
  for (const [colours, width] of [
    [160, 1280],
    [64, 1280],
    [128, 1024],
    [64, 1024],
    [32, 960],
  ]) {
    execFileSync("ffmpeg", [
      ...["-v", "error", "-y", "-i", from, "-vf"],
      `scale=${width}:-1:flags=lanczos,split[a][b];[a]palettegen=max_colors=${colours}:stats_mode=full[p];[b][p]paletteuse=dither=none`,
      ...["-compression_level", "9", "-pred", "none", to],
    ]);
    if (statSync(to).size < MOST) return;
  }
  throw new Error(`${to} has ${statSync(to).size} bytes however few colours`);
}

/** Cameras whose view is bad: the sample out of focus from its beginning, and dark. */
const BAD = [
  ["cong-vien", "Công viên", "Phường 2", "gblur=4"],
  ["ben-do", "Bến đò", "Phường 4", "eq=brightness=-0.42:contrast=0.4"],
];

/** More cameras, some of them with a bad view, and a register of a small town. */
function enlarge(filled) {
  const site = join(filled, "site", "streetward.toml");
  const data = join(filled, "data");
  const cameras = join(filled, "site", "cameras");
  const gate = readFileSync(join(cameras, "cong-truong.toml"), "utf8");
  // By day, whenever pictures are taken.
  const day = new Date(Date.now() - 30 * 3_600_000).toISOString().slice(0, 10);
  const clips = BAD.map(([id, name, ward, filter]) => {
    const clip = join(filled, `${id}.mp4`);
    execFileSync("ffmpeg", [
      ...["-v", "error", "-y", "-i", VTEST, "-t", "12", "-vf", filter],
      ...["-pix_fmt", "yuv420p", "-c:v", "libx264", "-preset", "veryfast", clip],
    ]);
    const text = gate
      .replaceAll("cong-truong", id)
      .replace("Cổng trường", name)
      .replace("Phường 3", ward)
      .replace(/start_time = .*/, `start_time = "${day}T09:00:00+07:00"`)
      .replace(VTEST, clip);
    writeFileSync(join(cameras, `${id}.toml`), text);
    return `${id}=${clip}`;
  });
  program(["batch", ...clips, "--site", site, "--data", data]);
  const streets = ["Lê Lợi", "Phạm Hồng Thái", "Điện Biên Phủ", "Trần Phú"];
  const rows = BAD.map(
    ([id, name, ward], i) =>
      `${id},${name},${ward},installed,${9.936 + 0.006 * i},${106.349 - 0.004 * i},Giai đoạn 1`,
  );
  for (let i = 0; i < 26; i += 1) {
    const state = i % 3 === 2 ? "planned" : "installed";
    const [lat, lon] = [9.928 + 0.0037 * (i % 6), 106.333 + 0.0045 * Math.floor(i / 6)];
    rows.push(
      `tv-${String(i + 1).padStart(2, "0")},${streets[i % 4]} – hẻm ${10 + i},Phường ${1 + (i % 4)},${state},${lat.toFixed(5)},${lon.toFixed(5)},Giai đoạn ${state === "planned" ? 2 : 1}`,
    );
  }
  const sheet = join(filled, "more.csv");
  writeFileSync(sheet, `code,name,ward,state,lat,lon,stage\n${rows.join("\n")}\n`);
  program(["register", "import", sheet, "--site", site, "--data", data]);
}

/** One request to hand over is allowed and its pack made, another waits; what became of one event. */
async function handOver(browser, url) {
  const send = (page, path, body, more = {}) =>
    page.evaluate(
      async ([address, content, headers]) => {
        const me = await fetch("/api/v1/me").then((r) => r.json());
        const answer = await fetch(`/api/v1${address}`, {
          method: "POST",
          headers: {
            "Content-Type": "application/json",
            "X-CSRF-Token": me.csrf,
            ...headers,
          },
          body: JSON.stringify(content),
        });
        return answer.json().catch(() => ({}));
      },
      [path, body, more],
    );
  const asker = await open(browser, url);
  await signIn(asker.page, USERS.reviewer);
  const events = await asker.page.evaluate(async () => {
    const query = "status=confirmed&limit=4";
    return (await fetch(`/api/v1/events?${query}`).then((r) => r.json())).items;
  });
  const ask = (few, purpose, basis) =>
    send(asker.page, "/requests", {
      events: few.map((e) => e.id),
      agency: "Công an tỉnh Vĩnh Long",
      receiver: "Thiếu tá Nguyễn Văn An",
      purpose,
      legal_basis: basis,
      valid_days: 30,
    });
  await ask(events.slice(0, 1), "Xác minh vụ việc", "Công văn số 12/CV-CSGT");
  await ask(events.slice(1, 3), "Xử lý vi phạm", "Công văn số 15/CV-CSGT");
  await asker.context.close();
  const chief = await open(browser, url);
  await signIn(chief.page, USERS.supervisor, "/handover");
  await chief.page.getByRole("button", { name: "Phê duyệt" }).last().click();
  await chief.page
    .locator("#main")
    .getByText("Gói đã sẵn sàng")
    .waitFor({ timeout: 240_000 });
  await chief.context.close();
  return events.at(-1)?.id;
}

/** Some of what waits is decided, so that there are figures to show. */
async function decide(browser, url) {
  const { page, context } = await open(browser, url);
  await signIn(page, USERS.reviewer);
  await page.evaluate(async () => {
    const me = await fetch("/api/v1/me").then((r) => r.json());
    const { items } = await fetch("/api/v1/events?limit=14&order=newest").then(
      (r) => r.json(),
    );
    const ways = [
      { action: "confirm" },
      { action: "confirm" },
      { action: "dismiss", reason: "no_violation" },
      { action: "cannot_tell" },
    ];
    for (const [i, event] of items.slice(2).entries())
      await fetch(`/api/v1/events/${event.id}/decision`, {
        method: "POST",
        headers: {
          "Content-Type": "application/json",
          "X-CSRF-Token": me.csrf,
          "If-Match": `"${event.version}"`,
        },
        body: JSON.stringify({
          ...ways[i % ways.length],
          request_key: crypto.randomUUID(),
        }),
      });
  });
  await context.close();
}

const own = ownFolder();
let stop = async () => {};
const browser = await launch();
try {
  const filled = join(own, "filled");
  mkdirSync(filled);
  fill(filled, PASSWORD, { many: false });
  enlarge(filled);
  const here = await desk(filled);
  stop = here.stop;
  await decide(browser, here.url);
  const known = await handOver(browser, here.url);
  mkdirSync(folder, { recursive: true });
  for (const language of ["vi", "en"]) {
    const states = {};
    for (const [name, path, role, height] of PAGES) {
      const how = { language, width: 1440, height };
      const { page, context, faults } = await open(browser, here.url, {
        ...how,
        storageState: states[role],
      });
      if (role && !states[role]) {
        await signIn(page, USERS[role], "/account");
        states[role] = await context.storageState();
      }
      await page.goto(path.endsWith("event=") ? `${path}${known}` : path);
      await page.locator("h1").first().waitFor({ state: "attached" });
      await page
        .waitForLoadState("networkidle", { timeout: 5000 })
        .catch(() => {});
      if (name === "scene")
        await page.getByRole("button", { name: /grass/ }).click();
      if (name === "reports")
        await page.locator("figure").first().scrollIntoViewIfNeeded();
      if (name === "result")
        await page
          .locator("section[aria-labelledby=result-title]")
          .evaluate((part) => part.scrollIntoView({ block: "center" }));
      await page.waitForTimeout(1500);
      const raw = join(own, "raw.png");
      await page.screenshot({ path: raw });
      const to = join(folder, `${name}-${language}.png`);
      press(raw, to);
      console.log(`${to}: ${Math.round(statSync(to).size / 1000)} kB`);
      if (faults.length > 0) throw new Error(`${name}: ${faults.join("; ")}`);
      await context.close();
    }
  }
} finally {
  await browser.close();
  await stop();
  rmSync(own, { recursive: true, force: true });
}
