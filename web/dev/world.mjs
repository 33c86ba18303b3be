// What the development server answers from: the events of a real data folder (as `streetward batch`
// leaves it), repeated to the number asked for, with users, cameras and versions held in memory.
import { readdirSync, readFileSync, statSync, existsSync } from 'node:fs';
import { createHash } from 'node:crypto';
import { join } from 'node:path';

const WARDS = ['Phường 1', 'Phường 2', 'Phường 7', 'Phường 9'];
const HOUR = 3_600_000;
export const AGENCIES = [
  {
    id: 'csgt-p1',
    name: 'Đội Cảnh sát giao thông – Công an phường 1',
    acknowledge_minutes: 60,
    decide_hours: 8,
    domains: ['traffic'],
  },
  {
    id: 'dothi',
    name: 'Tổ Quản lý trật tự đô thị',
    acknowledge_minutes: 90,
    decide_hours: 24,
    domains: ['environment', 'urban_order', 'security'],
  },
];
export const iso = (ms) => new Date(ms).toISOString();
const hash = (text) => createHash('sha256').update(text).digest('hex');

function* recordsUnder(folder) {
  for (const name of readdirSync(folder).sort()) {
    const path = join(folder, name);
    if (name === 'event.json') yield { folder, record: JSON.parse(readFileSync(path, 'utf8')) };
    else if (statSync(path).isDirectory()) yield* recordsUnder(path);
  }
}

const OWN = {
  illegal_parking: [
    ['stopped_by_traffic', 'Dừng do ùn tắc hoặc đèn tín hiệu', 'Held up by traffic or a light'],
    [
      'zone_misdrawn',
      'Vùng khai báo không đúng vị trí',
      'The zone does not lie where the place is',
    ],
    ['resident_or_staff', 'Người sinh sống hoặc làm việc tại chỗ', 'Lives or works there'],
  ],
  restricted_area: [
    [
      'zone_misdrawn',
      'Vùng khai báo không đúng vị trí',
      'The zone does not lie where the place is',
    ],
    ['resident_or_staff', 'Người sinh sống hoặc làm việc tại chỗ', 'Lives or works there'],
  ],
};
const COMMON = [
  ['no_violation', 'Không có hành vi vi phạm', 'No violation'],
  ['wrong_class', 'Nhận dạng sai đối tượng', 'Taken for what it is not'],
  ['not_the_subject', 'Không phải đối tượng được đánh dấu', 'Not the one marked'],
  ['poor_view', 'Hình ảnh không đủ rõ', 'The pictures do not show enough'],
  ['duplicate', 'Trùng với vụ việc khác', 'The same as another event'],
  ['exempt', 'Thuộc trường hợp được miễn trừ', 'Exempt'],
  ['other', 'Lý do khác (ghi rõ)', 'Another reason (say which)'],
];
export const reasonsOf = (kind) =>
  [...(OWN[kind] ?? []), ...COMMON].map(([code, vi, en]) => ({ code, vi, en }));

const PERMISSIONS = {
  viewer: ['see_events', 'see_evidence', 'see_cameras', 'see_figures'],
  auditor: ['see_events', 'see_evidence', 'see_cameras', 'see_figures', 'read_audit'],
  administrator: [
    'see_cameras',
    'see_figures',
    'edit_scene',
    'manage_users',
    'configure',
    'read_audit',
  ],
};
PERMISSIONS.reviewer = [...PERMISSIONS.viewer, 'decide', 'enter_result', 'manage_tokens'];
PERMISSIONS.supervisor = [
  ...PERMISSIONS.reviewer,
  'assign',
  'reopen',
  'merge',
  'edit_scene',
  'export_confirmed',
];

export const makeUser = (id, name, role, more = {}) => ({
  id,
  name,
  role,
  permissions: PERMISSIONS[role],
  scope: { wards: 'all', domains: 'all' },
  agency: null,
  language: null,
  password: 'mat-khau-thu-nghiem',
  totp: false,
  must_change: false,
  reset_by: null,
  reset_at: null,
  disabled: false,
  last_seen: null,
  failures: 0,
  locked_until: 0,
  ...more,
});

export function makeWorld(data, count) {
  const found = [...recordsUnder(join(data, 'evidence'))];
  if (found.length === 0)
    throw new Error(`no event under ${data}/evidence: run streetward batch first`);
  const now = Date.now();
  const world = {
    events: new Map(),
    order: [],
    history: new Map(),
    keys: new Map(),
    audit: [],
    sessions: new Map(),
    clients: new Set(),
    searches: [],
    tokens: [],
    down: false,
    databaseAway: false,
    copies: new Map(),
    files: new Map(),
    users: new Map(
      [
        makeUser('an', 'Trần Thị An', 'reviewer'),
        makeUser('binh', 'Lê Văn Bình', 'reviewer', { agency: 'csgt-p1' }),
        makeUser('chi', 'Phạm Thùy Chi', 'supervisor'),
        makeUser('quan-tri', 'Nguyễn Quốc Trị', 'administrator'),
        makeUser('kiem-tra', 'Đỗ Kiểm', 'auditor'),
        makeUser('xem', 'Võ Xuân Em', 'viewer'),
        makeUser('totp', 'Bùi Hai Bước', 'reviewer', { totp: true }),
        makeUser('moi', 'Hồ Thị Mới', 'reviewer', {
          must_change: true,
          reset_by: 'Nguyễn Quốc Trị',
          reset_at: iso(now - 3 * HOUR),
        }),
        makeUser('dat-lai', 'Đinh Đặt Lại', 'reviewer', {
          reset_by: 'Nguyễn Quốc Trị',
          reset_at: iso(now - 26 * HOUR),
        }),
      ].map((u) => [u.id, u]),
    ),
  };
  const sites = makeSites(found);
  for (let i = 0; i < count; i += 1) {
    const { folder, record } = found[i % found.length];
    const id = i < found.length ? record.id : hash(`${record.id}/${i}`).slice(0, 20);
    const shift = now - Date.parse(record.moment.utc) - (12 + 11 * i) * 60_000;
    const at = (time) => iso(Date.parse(time.utc) + shift);
    const mine = sites.filter((s) => s.of === record.camera.id);
    const site = mine[i % mine.length];
    const agency = AGENCIES.find((a) => a.domains.includes(record.domain)) ?? AGENCIES[0];
    const moment = Date.parse(at(record.moment));
    world.events.set(id, {
      folder,
      record,
      row: {
        id,
        kind: record.kind,
        kind_name: record.names,
        domain: record.domain,
        severity: i % 7 === 3 ? 'high' : record.severity,
        camera: site.id,
        camera_name: site.name,
        ward: site.ward,
        zone: record.zone?.name ?? null,
        start_utc: at(record.start),
        moment_utc: at(record.moment),
        end_utc: at(record.end),
        status: i % 9 === 5 ? 'acknowledged' : 'pending',
        version: 0,
        agency: agency.id,
        agency_name: agency.name,
        assignee: i % 11 === 2 ? 'binh' : null,
        assignee_name: i % 11 === 2 ? 'Lê Văn Bình' : null,
        acknowledge_by: i % 9 === 5 ? null : iso(moment + agency.acknowledge_minutes * 60_000),
        decide_by: iso(moment + agency.decide_hours * HOUR),
        due_at: null,
        overdue: false,
        escalated_at: null,
        second_look: null,
        merged_into: null,
        evidence_state: 'whole',
        evidence_note: null,
        subject_class: record.subjects[0]?.class ?? null,
        plate: null,
        sightings: 1,
        thumbnail: `/api/v1/events/${id}/files/moment.jpg?width=320`,
      },
    });
    world.history.set(id, []);
  }
  for (const { row } of world.events.values()) judgeTime(row, now);
  const order = [...world.events.values()].sort((a, b) => a.row.due_at.localeCompare(b.row.due_at));
  world.order = order.map((e) => e.row.id);
  decideSome(world, now);
  world.cameras = makeCameras(world, sites, now);
  world.scenes = new Map(
    world.cameras.map((c, i) => [
      c.id,
      makeScene(
        c,
        found.filter((f) => f.record.camera.id === sites[i].of),
        now,
      ),
    ]),
  );
  for (const action of [
    'login',
    'evidence_seen',
    'decision',
    'login_failed',
    'scene_saved',
    'export',
    'user_added',
  ])
    world.audit.push(
      entry(world, 'an', action, action === 'decision' ? world.order[0] : 'an', now - 3 * HOUR),
    );
  return world;
}

/** Where the stand-in's cameras are: each real one, and so many beside it that there are eight. */
function makeSites(found) {
  const real = [...new Map(found.map((f) => [f.record.camera.id, f.record.camera])).values()];
  const sites = [];
  for (let i = 0; i < Math.max(8, real.length); i += 1) {
    const { id, name } = real[i % real.length];
    const n = Math.floor(i / real.length);
    sites.push({
      of: id,
      id: n === 0 ? id : `${id}-${n}`,
      name: n === 0 ? name : `${name} ${n + 1}`,
      ward: i === 7 ? null : WARDS[i % WARDS.length],
    });
  }
  return sites;
}

/** What is due, as the product would tell it. */
export function judgeTime(row, now = Date.now()) {
  const open = row.status === 'pending' || row.status === 'acknowledged';
  if (row.status !== 'pending') row.acknowledge_by = null;
  if (!open) Object.assign(row, { decide_by: null, escalated_at: null });
  row.due_at = row.acknowledge_by ?? row.decide_by;
  row.overdue = row.due_at !== null && Date.parse(row.due_at) < now;
  if (row.overdue && Date.parse(row.due_at) < now - HOUR)
    row.escalated_at = iso(Date.parse(row.due_at) + HOUR / 4);
}

/** A part is decided already, for figures, history and search. */
function decideSome(world, now) {
  const rows = [...world.events.values()].map((e) => e.row);
  rows.forEach((row, i) => {
    if (rows.length < 30 || i % 3 !== 1) return;
    const [status, action, reason] = [
      ['confirmed', 'confirm', null],
      ['confirmed', 'confirm', null],
      ['dismissed', 'dismiss', i % 2 ? 'zone_misdrawn' : 'poor_view'],
      ['cannot_tell', 'cannot_tell', null],
    ][Math.floor(i / 3) % 4];
    const second = i % 4 === 0 ? 'wanted' : i % 7 === 0 ? 'agreed' : null;
    Object.assign(row, { status, version: 1, second_look: second });
    judgeTime(row, now);
    world.history.set(row.id, [
      {
        number: i,
        at: iso(now - HOUR - i * 60_000),
        by: 'binh',
        by_name: 'Lê Văn Bình',
        action,
        from: 'pending',
        to: status,
        reason,
        note: null,
        version: 1,
      },
    ]);
  });
}

export function entry(world, actor, action, subject, at = Date.now(), details = {}) {
  const previous = world.audit.at(-1)?.hash ?? '0'.repeat(64);
  const plain = {
    number: world.audit.length + 1,
    at: iso(at),
    actor,
    actor_kind: 'user',
    action,
    subject,
    details,
    address: '127.0.0.1',
    previous_hash: previous,
  };
  return { ...plain, hash: hash(JSON.stringify(plain)) };
}

function makeCameras(world, sites, now) {
  const states = [
    ['seeing', [], null],
    [
      'degraded',
      ['flicker'],
      {
        vi: 'Hình ảnh nhấp nháy; các quy tắc vẫn hoạt động.',
        en: 'The picture flickers; rules go on.',
      },
    ],
    [
      'blind',
      ['covered'],
      {
        vi: 'Ống kính bị che 62 % khung hình; tạm ngừng các quy tắc.',
        en: 'Something covers 62 % of the view; rules are suspended.',
      },
    ],
    [
      'offline',
      ['no_packets'],
      {
        vi: 'Không nhận được dữ liệu; sẽ thử lại sau 4 giây.',
        en: 'No packets; tried again in 4 seconds.',
      },
    ],
  ];
  return sites.map((site, i) => {
    const [state, reasons, detail] = states[(i * 3 + 2) % 8] ?? states[0];
    const mine = [...world.events.values()]
      .filter((e) => e.row.camera === site.id)
      .map((e) => e.row.status);
    return {
      id: site.id,
      name: site.name,
      ward: site.ward,
      position:
        i === 7
          ? null
          : {
              lat: 9.9347 + (i % 4) * 0.0041 + Math.floor(i / 4) * 0.0012,
              lon: 106.3453 + (((i % 4) * 7) % 5) * 0.0036 + Math.floor(i / 4) * 0.0017,
            },
      state,
      reasons,
      detail,
      since: iso(now - (i + 1) * 0.7 * HOUR),
      fps: state === 'offline' ? 0 : 5,
      precision: {
        confirmed: mine.filter((s) => s === 'confirmed').length,
        dismissed: mine.filter((s) => s === 'dismissed').length,
      },
      still: state === 'offline' ? null : `/api/v1/cameras/${site.id}/still.jpg`,
    };
  });
}

function makeScene(camera, found, now) {
  const record = found[0].record;
  const zones = new Map(found.map((f) => [f.record.zone?.name, f.record.zone?.polygon]));
  const scene = {
    version: 1,
    id: camera.id,
    name: camera.name,
    ward: camera.ward,
    frame_size: record.frame_size,
    zones: [...zones].filter(([n]) => n).map(([name, polygon]) => ({ name, polygon })),
    lines: [],
    signals: [],
    rules: found
      .map((f) => ({ kind: f.record.kind, zone: f.record.zone?.name }))
      .filter((r, i, all) => all.findIndex((o) => o.kind === r.kind) === i),
  };
  return {
    folder: found[0].folder,
    versions: [
      {
        version: 1,
        at: iso(now - 90 * HOUR),
        by: 'Phạm Thùy Chi',
        note: 'Khai báo ban đầu',
        scene,
      },
    ],
  };
}

export const exists = existsSync;
