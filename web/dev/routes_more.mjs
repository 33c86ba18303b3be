// The development server's routes for cameras, figures, search, accounts, audit and scenes.
import { join } from 'node:path';
import { accounts } from './routes_account.mjs';
import { flow } from './routes_flow.mjs';
import { reports } from './routes_reports.mjs';
import { get, on, post } from './verbs.mjs';
import { entry, iso } from './world.mjs';
import { rowsOf } from './rows.mjs';

const DAY = 86_400_000;
const camera = (world, id, Refusal) => {
  const found = world.cameras.find((c) => c.id === id);
  if (!found)
    throw new Refusal(404, 'not_found', 'There is no such camera.', 'Không có camera này.');
  return found;
};
const local = (utc) => new Date(Date.parse(utc) + 7 * 3_600_000);

function bars(rows, key) {
  const found = new Map();
  for (const row of rows) {
    const at = key(row);
    const bar = found.get(at) ?? { key: at, counts: {}, total: 0 };
    bar.counts[row.status] = (bar.counts[row.status] ?? 0) + 1;
    bar.total += 1;
    found.set(at, bar);
  }
  return [...found.values()].sort((a, b) => a.key.localeCompare(b.key, 'en', { numeric: true }));
}
const KEYS = {
  domain: (r) => r.domain,
  ward: (r) => r.ward ?? '',
  camera: (r) => r.camera,
  kind: (r) => r.kind,
  hour: (r) => String(local(r.moment_utc).getUTCHours()),
  day: (r) => local(r.moment_utc).toISOString().slice(0, 10),
};
const rowsAll = (world) => [...world.events.values()].map((e) => e.row);

function today({ world }) {
  const date = local(iso(Date.now())).toISOString().slice(0, 10);
  const rows = rowsAll(world).filter((r) => KEYS.day(r) === date);
  const waiting = rowsAll(world).filter(
    (r) => r.status === 'pending' || r.status === 'acknowledged',
  );
  const count = (list, key) =>
    list.reduce((sum, one) => ({ ...sum, [one[key]]: (sum[one[key]] ?? 0) + 1 }), {});
  return {
    date,
    events: count(rows, 'status'),
    by_domain: bars(rows, KEYS.domain),
    by_ward: bars(rows, KEYS.ward),
    by_camera: bars(rows, KEYS.camera),
    by_kind: bars(rows, KEYS.kind),
    by_hour: bars(rows, KEYS.hour),
    waiting: waiting.length,
    overdue: {
      acknowledge: waiting.filter((r) => r.overdue && r.status === 'pending').length,
      decide: waiting.filter((r) => r.overdue && r.status === 'acknowledged').length,
    },
    second_look: rowsAll(world).filter((r) => r.second_look === 'wanted').length,
    waiting_since: waiting.map((r) => r.start_utc).sort()[0] ?? null,
    cameras: count(world.cameras, 'state'),
  };
}

function uptime({ world, at, Refusal }) {
  const found = camera(world, at[0], Refusal);
  const days = Array.from({ length: 10 }, (_, i) => {
    const bad = found.state === 'seeing' ? i % 4 : 3 + (i % 5);
    return {
      day: local(iso(Date.now() - (9 - i) * DAY))
        .toISOString()
        .slice(0, 10),
      camera: found.id,
      seeing_seconds: 86_400 - bad * 2600,
      degraded_seconds: bad * 1300,
      blind_seconds: bad * 800,
      offline_seconds: bad * 400,
      unknown_seconds: bad * 100,
      incidents: bad,
    };
  });
  return { from: iso(Date.now() - 10 * DAY), to: iso(Date.now()), days, cameras: [], vendors: [] };
}

const area = (points) =>
  Math.abs(
    points.reduce((sum, [x, y], i) => {
      const [nx, ny] = points[(i + 1) % points.length];
      return sum + x * ny - nx * y;
    }, 0),
  ) / 2;

/** As the product would: what is wrong with a scene, in both languages. */
function problemsOf(scene) {
  const problems = [];
  const add = (grave, where, vi, en) => problems.push({ grave, where, message: { vi, en } });
  for (const zone of scene.zones ?? []) {
    if (!zone.name.trim()) add(true, 'zones', 'Có vùng chưa đặt tên.', 'A zone has no name.');
    if (area(zone.polygon) < 200)
      add(true, zone.name, `Vùng "${zone.name}" quá nhỏ.`, `Zone "${zone.name}" is too small.`);
  }
  const names = (scene.zones ?? []).map((z) => z.name);
  for (const name of names.filter((n, i) => names.indexOf(n) !== i))
    add(true, name, `Có hai vùng cùng tên "${name}".`, `Two zones are called "${name}".`);
  for (const rule of scene.rules ?? [])
    if (rule.zone && !names.includes(rule.zone))
      add(
        true,
        rule.zone,
        `Quy tắc ${rule.kind} cần vùng "${rule.zone}".`,
        `The rule ${rule.kind} needs the zone "${rule.zone}".`,
      );
  return problems;
}

const inside = ([x, y], polygon) =>
  polygon.reduce((odd, [ax, ay], i) => {
    const [bx, by] = polygon[(i + 1) % polygon.length];
    return ay > y !== by > y && x < ((bx - ax) * (y - ay)) / (by - ay) + ax ? !odd : odd;
  }, false);

function preview({ world, at, body, Refusal }) {
  const found = camera(world, at[0], Refusal);
  const mine = [...world.events.values()].filter((e) => e.row.camera === found.id).slice(0, 40);
  const still = ({ record }) => {
    const zone = body.scene.zones?.find((z) => z.name === record.zone?.name);
    return (
      zone &&
      record.subjects[0].path.some(({ box }) =>
        inside([(box[0] + box[2]) / 2, box[3]], zone.polygon),
      )
    );
  };
  const lost = mine.filter((e) => !still(e));
  return {
    kept: mine.length - lost.length,
    gained: [],
    lost: lost.map((e) => e.row),
    changed: [],
    from: iso(Date.now() - 2 * DAY),
    to: iso(Date.now()),
  };
}

function keepScene({ world, user, at, ifMatch, Refusal }, scene, note) {
  const kept = world.scenes.get(at[0]);
  const last = kept.versions.at(-1);
  if (Number(ifMatch) !== last.version)
    throw new Refusal(
      409,
      'conflict',
      `${last.by} saved version ${last.version}.`,
      `${last.by} đã lưu phiên bản ${last.version}.`,
    );
  if (problemsOf(scene).some((p) => p.grave))
    throw new Refusal(422, 'unsound', 'The scene is not sound.', 'Khai báo chưa hợp lệ.');
  kept.versions.push({
    version: last.version + 1,
    at: iso(Date.now()),
    by: user.name,
    note,
    scene,
  });
  world.audit.push(entry(world, user.id, 'scene_saved', at[0]));
  return { version: last.version + 1 };
}
export const more = [
  get('/cameras', 'see_cameras', ({ world }) => ({ status: 200, body: world.cameras })),
  get('/cameras/{}', 'see_cameras', ({ world, at, Refusal }) => ({
    status: 200,
    body: camera(world, at[0], Refusal),
  })),
  get(
    '/cameras/{}/still.jpg',
    'see_evidence',
    ({ world, at, request, response, sendFile, Refusal }) => {
      const { state } = camera(world, at[0], Refusal);
      // What does not see shows what it saw last.
      const age = state === 'seeing' ? 12_000 : state === 'degraded' ? 41_000 : 5_400_000;
      const headers = { 'Last-Modified': new Date(Date.now() - age).toUTCString() };
      sendFile(request, response, join(world.scenes.get(at[0]).folder, 'after.jpg'), {
        ...headers,
        'Cache-Control': 'no-store',
      });
    },
  ),
  get('/cameras/{}/history', 'see_cameras', ({ world, at, Refusal }) => {
    const found = camera(world, at[0], Refusal);
    const states = [
      ['seeing', []],
      ['blind', ['covered']],
      ['seeing', []],
      [found.state, found.reasons],
    ];
    const body = states.map(([state, reasons], i) => ({
      camera: found.id,
      camera_name: found.name,
      at: iso(Date.parse(found.since) - (3 - i) * 5_000_000),
      state,
      reasons,
      detail: found.detail?.en ?? '',
    }));
    return { status: 200, body };
  }),
  get('/cameras/{}/uptime', 'see_cameras', uptime),
  get('/figures/today', 'see_figures', today),
  get('/figures', 'see_figures', ({ world, query }) => {
    const by = query.get('by') ?? 'domain';
    return {
      from: iso(Date.now() - 30 * DAY),
      to: iso(Date.now()),
      by,
      bars: bars(rowsAll(world), KEYS[by]),
    };
  }),
  get('/export', 'export_confirmed', ({ world, query, user }) => {
    query.set('status', 'confirmed');
    world.audit.push(entry(world, user.id, 'export', 'events'));
    return { status: 200, body: rowsOf(world, query) };
  }),
  get('/audit', 'read_audit', ({ world, query }) => {
    const is = (name, value) => !query.get(name) || value === query.get(name);
    const all = world.audit.toReversed?.() ?? [...world.audit].reverse();
    const items = all.filter(
      (e) => is('actor', e.actor) && is('action', e.action) && is('subject', e.subject),
    );
    return { items: items.slice(0, 100), next: null };
  }),
  get('/cameras/{}/scene', 'see_cameras', ({ world, at, Refusal }) => {
    camera(world, at[0], Refusal);
    const last = world.scenes.get(at[0]).versions.at(-1);
    return { status: 200, headers: { ETag: `"${last.version}"` }, body: last.scene };
  }),
  post('/cameras/{}/scene/check', 'edit_scene', ({ body }) => ({
    problems: problemsOf(body.scene),
  })),
  post('/cameras/{}/scene/preview', 'edit_scene', preview),
  get('/cameras/{}/scene/versions', 'see_cameras', ({ world, at }) => ({
    status: 200,
    body: world.scenes.get(at[0]).versions.map(({ scene: _, ...v }) => v),
  })),
  {
    method: 'PUT',
    path: '/cameras/{}/scene',
    pattern: on('/cameras/{}/scene'),
    needs: 'edit_scene',
    act: (c) => keepScene(c, c.body.scene, c.body.note),
  },
  post('/cameras/{}/scene/restore', 'edit_scene', (c) => {
    const old = c.world.scenes.get(c.at[0]).versions.find((v) => v.version === c.body.version);
    return keepScene(c, old.scene, `← ${old.version}`);
  }),
  get('/openapi.json', undefined, () => {
    const paths = {};
    for (const route of [...more, ...flow, ...reports, ...accounts])
      if (route.path) (paths[`/api/v1${route.path}`] ??= {})[route.method.toLowerCase()] = {};
    const named = (names) => names.map((name) => ({ name, in: 'query' }));
    const filters = [
      'text',
      'status',
      'kind',
      'domain',
      'ward',
      'camera',
      'class',
      'from',
      'to',
      'hour_from',
      'hour_to',
    ];
    paths['/api/v1/events'] = {
      get: {
        parameters: named([
          ...filters,
          'plate',
          'reviewer',
          'assignee',
          'agency',
          'overdue',
          'second_look',
          'order',
        ]),
      },
    };
    paths['/api/v1/export'].get.parameters = named(filters);
    const narrow = ['ward', 'domain', 'kind', 'camera', 'agency'];
    const period = ['period', 'on', 'from', 'to'];
    paths['/api/v1/reports/figures'].get.parameters = named([...period, ...narrow]);
    return { openapi: '3.1.0', paths };
  }),
];
