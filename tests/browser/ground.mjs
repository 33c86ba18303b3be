// The ground that browser tests and pictures stand on: a site, a data folder that a real batch run
// has filled, people who may come in, and the real server over a copy of it all.
import { execFileSync, spawn } from "node:child_process";
import {
  copyFileSync,
  cpSync,
  existsSync,
  linkSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("../../", import.meta.url));
export const PROGRAM =
  process.env.STREETWARD_PROGRAM ?? `${root}target/debug/streetward`;
export const VTEST = `${root}.streetward/clips/vtest.avi`;

/** Who may come in: name, role, full name. */
export const PEOPLE = [
  ["an", "reviewer", "Trần Thị An"],
  ["binh", "reviewer", "Lê Văn Bình"],
  ["chi", "supervisor", "Phạm Thùy Chi"],
  ["quan-tri", "administrator", "Ngô Quốc Trị"],
  ["kiem-tra", "auditor", "Đỗ Minh Kiểm"],
];
/** What must stay text wherever it is shown. */
export const SCRIPT =
  "<img src=x onerror=window.broken=1><script>window.broken=1</script>";

/** Runs the program to its end; its output. */
export function program(args, input) {
  return execFileSync(PROGRAM, args, {
    input,
    encoding: "utf8",
    stdio: ["pipe", "pipe", "pipe"],
    env: { ...process.env, STREETWARD_LOG: "error" },
  });
}

const ago = (hours) => new Date(Date.now() - hours * 3_600_000).toISOString();

/** The sample's view, with so many events that a reviewer's morning is full: a grid of zones. */
function yard({ id, name, ward, clip, hours, columns, rows, doubled }) {
  const cells = [];
  const across = (i) => Math.round((767 * i) / columns);
  const down = (j) => Math.round(100 + (475 * j) / rows);
  for (let j = 0; j < rows; j += 1)
    for (let i = 0; i < columns; i += 1)
      cells.push([
        [across(i), down(j)],
        [across(i + 1), down(j)],
        [across(i + 1), down(j + 1)],
        [across(i), down(j + 1)],
      ]);
  const zones = cells.map(
    (corners, i) =>
      `[[zones]]\nname = "ô ${i + 1}"\npolygon = ${JSON.stringify(corners)}\n`,
  );
  const rule = (kind, i) =>
    `[[rules]]\nkind = "${kind}"\nzone = "ô ${i + 1}"\nclasses = ["person"]\nenter_seconds = 0.4\nleave_seconds = 1\n`;
  const rules = cells.flatMap((_, i) =>
    doubled.includes(i)
      ? [rule("restricted_area", i), rule("jaywalking", i)]
      : [rule("restricted_area", i)],
  );
  return `version = 1
id = "${id}"
name = ${JSON.stringify(name)}
ward = "${ward}"
frame_size = [768, 576]
position = { lat = 9.9347, lon = 106.3453 }

[source]
path = "${clip}"
start_time = "${ago(hours)}"
analysis_fps = 4

[detector]
input_long_side = 512

[evidence]
pre_seconds = 1
post_seconds = 1

${zones.join("\n")}
${rules.join("\n")}`;
}

/** The sample as the demo has it: somebody on the lawn, a van beside double yellow lines. */
function gate({ name, clip, hours }) {
  return `version = 1
id = "cong-truong"
name = ${JSON.stringify(name)}
ward = "Phường 3"
frame_size = [768, 576]
position = { lat = 9.9401, lon = 106.3391 }

[source]
path = "${clip}"
start_time = "${ago(hours)}"
analysis_fps = 5

[[zones]]
name = "grass"
polygon = [
  [0, 243], [170, 265], [250, 285], [330, 320], [400, 360], [480, 395],
  [580, 440], [680, 475], [767, 500], [767, 575], [0, 575],
]

[[zones]]
name = "yellow_lines"
polygon = [[640, 60], [735, 55], [740, 105], [645, 110]]

[[rules]]
kind = "restricted_area"
zone = "grass"
classes = ["person"]

[[rules]]
kind = "illegal_parking"
zone = "yellow_lines"
dwell_seconds = 30
`;
}

/** The register: the cameras that stand, one that is planned beside them and one far away. */
function sheet(mark) {
  return `code,name,ward,state,lat,lon,stage,place,contributor,consent,cost
cong-truong,Cổng trường${mark},Phường 3,installed,9.9401,106.3391,Giai đoạn 1,Cổng trường,Hộ ông Nguyễn Văn Kín,không,15000000
san-truong,Sân trường${mark},Phường 1,installed,9.9347,106.3453,Giai đoạn 1,Sân trường,Công ty Điện Tín,có,20000000
cho-01,Cổng chợ,Phường 1,planned,9.9352,106.3460,Giai đoạn 2,Chợ,,,
cau-01,Đầu cầu,Phường 2,planned,9.9480,106.3550,Giai đoạn 2,Cầu,,,
`;
}

const SITE = `version = 1
name = "Thành phố Trà Vinh"
data = "../data"

[[agencies]]
id = "csgt"
name = "Cảnh sát giao thông"
domains = ["traffic"]

[[agencies]]
id = "ubnd"
name = "Ủy ban nhân dân"
acknowledge_minutes = 240
`;

/**
 * Fills `folder` with `site` and `data`: one batch run over the sample, and people with this
 * password. `many`: enough events for a hundred decisions; `hostile`: names that hold script.
 */
export function fill(folder, password, { many = true, hostile = false } = {}) {
  const cameras = join(folder, "site", "cameras");
  mkdirSync(cameras, { recursive: true });
  writeFileSync(join(folder, "site", "streetward.toml"), SITE);
  const mark = hostile ? ` ${SCRIPT}` : "";
  writeFileSync(
    join(cameras, "cong-truong.toml"),
    gate({ name: `Cổng trường${mark}`, clip: VTEST, hours: 26 }),
  );
  const clip = join(folder, "yard.mp4");
  // Smaller, and as cameras send it: evidence of a hundred events is made in good time.
  execFileSync("ffmpeg", [
    ...["-v", "error", "-y", "-i", VTEST],
    ...(many ? [] : ["-t", "20"]),
    ...["-vf", "scale=512:384", "-pix_fmt", "yuv420p"],
    ...["-c:v", "libx264", "-preset", "veryfast", "-crf", "26", "-g", "20"],
    clip,
  ]);
  writeFileSync(
    join(cameras, "san-truong.toml"),
    yard({
      ...{ id: "san-truong", name: `Sân trường${mark}`, ward: "Phường 1" },
      ...{
        clip,
        hours: 2,
        columns: 4,
        rows: many ? 4 : 2,
        doubled: many ? [5, 6] : [],
      },
    }),
  );
  const site = join(folder, "site", "streetward.toml");
  const data = join(folder, "data");
  program(["batch", "--site", site, "--data", data]);
  const register = join(folder, "register.csv");
  writeFileSync(register, sheet(mark));
  program(["register", "import", register, "--site", site, "--data", data]);
  for (const [name, role, full] of PEOPLE)
    program(
      [
        ...["user", "add", name, "--data", data, "--role", role],
        ...["--full-name", full, "--password-file", "-"],
      ],
      `${password}\n`,
    );
}

/** Evidence is only read: it is linked. What the server writes is copied. */
function copy(from, to) {
  mkdirSync(to, { recursive: true });
  for (const entry of readdirSync(from, { withFileTypes: true })) {
    const [there, here] = [join(from, entry.name), join(to, entry.name)];
    if (entry.isDirectory()) {
      if (entry.name === "evidence") linkTree(there, here);
      else cpSync(there, here, { recursive: true });
    } else if (!/-wal$|-shm$|lock/.test(entry.name)) copyFileSync(there, here);
  }
}
function linkTree(from, to) {
  mkdirSync(to, { recursive: true });
  for (const entry of readdirSync(from, { withFileTypes: true })) {
    const [there, here] = [join(from, entry.name), join(to, entry.name)];
    if (entry.isDirectory()) linkTree(there, here);
    else linkSync(there, here);
  }
}

/** The server over a copy of what `fill` made: its address, its folders, and what stops it. */
export async function desk(filled) {
  const folder = mkdtempSync(join(filled, "..", "desk-"));
  copy(join(filled, "data"), join(folder, "data"));
  cpSync(join(filled, "site"), join(folder, "site"), { recursive: true });
  const site = join(folder, "site", "streetward.toml");
  const data = join(folder, "data");
  const said = [];
  let child = null;
  const start = (listen) => {
    child = spawn(
      PROGRAM,
      ["serve", "--site", site, "--data", data, "--listen", listen],
      { stdio: ["ignore", "ignore", "pipe"] },
    );
    const lines = createInterface({ input: child.stderr });
    return new Promise((found, failed) => {
      lines.on("line", (line) => {
        said.push(line);
        const at = /the desk is at (http\S+?);/.exec(line)?.[1];
        if (at) found(at);
      });
      child.once("error", failed);
      child.once("exit", (code) =>
        failed(new Error(`serve ended with ${code}: ${said.join("\n")}`)),
      );
    });
  };
  const away = () =>
    new Promise((done) => {
      if (child.exitCode !== null) return done();
      child.once("exit", done);
      child.kill("SIGTERM");
    });
  // Whatever becomes of this process, no server outlives it.
  process.once("exit", () => child.kill());
  for (const signal of ["SIGTERM", "SIGINT"])
    process.once(signal, () => process.exit(1));
  const url = await start("127.0.0.1:0");
  return {
    ...{ url, data, site, said, away },
    /** The server is there again, where it was. */
    back: () => start(new URL(url).host),
    stop: async () => {
      await away();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** A folder of this run's own. */
export function ownFolder() {
  if (!existsSync(PROGRAM))
    throw new Error(`${PROGRAM} is missing: run cargo build`);
  if (!existsSync(VTEST))
    throw new Error(`${VTEST} is missing: run scripts/setup`);
  return mkdtempSync(join(tmpdir(), "streetward-browser-"));
}
