// The routes of the development server.
import { statSync, readdirSync, readFileSync } from 'node:fs';
import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { entry, iso, reasonsOf } from './world.mjs';
import { more } from './routes_more.mjs';

const to = {
  confirm: 'confirmed',
  dismiss: 'dismissed',
  cannot_tell: 'cannot_tell',
  acknowledge: 'acknowledged',
  reopen: 'acknowledged',
};
const me = (user, session) => {
  const { id, name, role, permissions, scope, agency, language, totp } = user;
  return {
    id,
    name,
    role,
    permissions,
    scope,
    agency,
    language,
    totp,
    csrf: session.csrf,
    expires_at: iso(session.expires),
    version: '0.1.0',
  };
};

export function tell(world, name, data) {
  for (const client of world.clients)
    client.write(`event: ${name}\ndata: ${JSON.stringify(data)}\n\n`);
}

export function found(world, id, Refusal) {
  const event = world.events.get(id);
  if (!event)
    throw new Refusal(404, 'not_found', 'There is no such event.', 'Không có sự việc này.');
  return event;
}

function matches(row, query, world) {
  const is = (name, value) =>
    !query.get(name) ||
    query
      .get(name)
      .split(',')
      .includes(value ?? '');
  const text = query.get('text')?.toLowerCase();
  const hour = (new Date(row.moment_utc).getUTCHours() + 7) % 24;
  const from = Number(query.get('hour_from') ?? 0);
  const until = Number(query.get('hour_to') ?? 24);
  const last = world.history.get(row.id).at(-1);
  return (
    is('status', row.status) &&
    is('kind', row.kind) &&
    is('domain', row.domain) &&
    is('ward', row.ward) &&
    is('camera', row.camera) &&
    is('class', row.subject_class) &&
    is('assignee', row.assignee) &&
    (!query.get('plate') || row.plate?.includes(query.get('plate'))) &&
    (!query.get('reviewer') || last?.by === query.get('reviewer')) &&
    (!query.get('from') || row.moment_utc >= query.get('from')) &&
    (!query.get('to') || row.moment_utc < query.get('to')) &&
    hour >= from &&
    hour < until &&
    (query.get('overdue') !== 'true' || row.overdue) &&
    (!text ||
      JSON.stringify([row, world.history.get(row.id)])
        .toLowerCase()
        .includes(text))
  );
}

export function rowsOf(world, query) {
  const rows = world.order
    .map((id) => world.events.get(id).row)
    .filter((row) => matches(row, query, world));
  const rank = { high: 0, medium: 1, low: 2 };
  const order = query.get('order') ?? 'newest';
  if (order === 'newest') rows.sort((a, b) => b.moment_utc.localeCompare(a.moment_utc));
  if (order === 'oldest') rows.sort((a, b) => a.moment_utc.localeCompare(b.moment_utc));
  if (order === 'severity') rows.sort((a, b) => rank[a.severity] - rank[b.severity]);
  return rows;
}

const login = {
  method: 'POST',
  pattern: /^\/login$/,
  act: ({ world, body, Refusal, signIn }) => {
    const user = world.users.get(body.user);
    if (user && user.locked_until > Date.now())
      throw new Refusal(429, 'locked', 'Locked for a while.', 'Tạm khóa.', {
        error: { retry_after_seconds: Math.ceil((user.locked_until - Date.now()) / 1000) },
      });
    if (!user || user.disabled || user.password !== body.password) {
      if (user && (user.failures += 1) >= 5)
        Object.assign(user, { failures: 0, locked_until: Date.now() + 30_000 });
      world.audit.push(entry(world, body.user, 'login_failed', body.user));
      throw new Refusal(
        401,
        'wrong_credentials',
        'User name or password is wrong.',
        'Sai tên đăng nhập hoặc mật khẩu.',
      );
    }
    if (user.totp && !body.totp)
      throw new Refusal(401, 'totp_needed', 'Enter the code.', 'Nhập mã xác thực.');
    if (user.totp && body.totp !== '123456')
      throw new Refusal(
        401,
        'wrong_credentials',
        'The code is wrong or too old; check the clock of your phone.',
        'Mã không đúng hoặc đã hết hạn; kiểm tra giờ của điện thoại.',
      );
    user.last_seen = iso(Date.now());
    world.audit.push(entry(world, user.id, 'login', user.id));
    return me(user, signIn(user));
  },
};

const decision = {
  method: 'POST',
  pattern: /^\/events\/([\w-]+)\/decision$/,
  needs: 'decide',
  act: ({ world, user, body, at, ifMatch, Refusal }) => {
    const { row } = found(world, at[0], Refusal);
    const known = world.keys.get(body.request_key);
    if (known) return { ...row };
    if (ifMatch === undefined)
      throw new Refusal(428, 'if_match_needed', 'If-Match is missing.', 'Thiếu phiên bản.');
    if (Number(ifMatch) !== row.version) {
      const last = world.history.get(row.id).at(-1);
      throw new Refusal(
        409,
        'conflict',
        'Somebody else decided first.',
        'Người khác đã xử lý trước.',
        {
          body: {
            current: row,
            decided_by: last?.by_name ?? last?.by ?? null,
            decided_at: last?.at ?? null,
          },
        },
      );
    }
    const status = to[body.action] ?? row.status;
    const list = world.history.get(row.id);
    list.push({
      number: list.length + 1,
      at: iso(Date.now()),
      by: user.id,
      by_name: user.name,
      action: body.action,
      from: row.status,
      to: status,
      reason: body.reason ?? null,
      note: body.note ?? null,
      version: row.version + 1,
    });
    Object.assign(row, {
      status,
      version: row.version + 1,
      ...(body.plate ? { plate: body.plate } : {}),
    });
    if (status !== 'pending' && status !== 'acknowledged') row.overdue = false;
    world.keys.set(body.request_key, row.id);
    world.audit.push(
      entry(world, user.id, 'decision', row.id, Date.now(), { action: body.action }),
    );
    tell(world, 'event_changed', row);
    return { ...row };
  },
};

const detail = {
  method: 'GET',
  pattern: /^\/events\/([\w-]+)$/,
  needs: 'see_events',
  act: ({ world, at, Refusal }) => {
    const { row, record, folder } = found(world, at[0], Refusal);
    const similar = world.order
      .map((id) => world.events.get(id).row)
      .filter((r) => r.camera === row.camera && r.kind === row.kind && r.id !== row.id)
      .slice(0, 6);
    const files = readdirSync(folder).map((name) => {
      const path = join(folder, name);
      const sha256 = createHash('sha256').update(readFileSync(path)).digest('hex');
      return { name, type: 'application/octet-stream', bytes: statSync(path).size, sha256 };
    });
    return {
      status: 200,
      headers: { ETag: `"${row.version}"` },
      body: {
        ...row,
        record,
        history: world.history.get(row.id),
        similar,
        reasons: reasonsOf(row.kind),
        provisions: record.provisions ?? [],
        files,
      },
    };
  },
};

export const routes = [
  login,
  {
    method: 'POST',
    pattern: /^\/logout$/,
    act: ({ signOut }) => {
      signOut();
      return { body: null, status: 204 };
    },
  },
  { method: 'GET', pattern: /^\/me$/, act: ({ user, session }) => me(user, session) },
  {
    method: 'GET',
    pattern: /^\/events$/,
    needs: 'see_events',
    act: ({ world, query }) => {
      const rows = rowsOf(world, query);
      const from = Number(query.get('cursor') ?? 0);
      const limit = Math.min(Number(query.get('limit') ?? 50), 200);
      const next = from + limit < rows.length ? String(from + limit) : null;
      return { items: rows.slice(from, from + limit), next, total_at_least: rows.length };
    },
  },
  detail,
  decision,
  {
    method: 'GET',
    pattern: /^\/events\/([\w-]+)\/files\/([\w.-]+)$/,
    needs: 'see_evidence',
    act: ({ world, at, request, response, sendFile, Refusal }) => {
      const { folder } = found(world, at[0], Refusal);
      sendFile(request, response, join(folder, at[1]));
    },
  },
  {
    method: 'GET',
    pattern: /^\/events\/([\w-]+)\/view\.mp4$/,
    needs: 'see_evidence',
    act: ({ world, at, request, response, sendFile, Refusal }) => {
      sendFile(request, response, join(found(world, at[0], Refusal).folder, 'clip.mp4'));
    },
  },
  {
    method: 'GET',
    pattern: /^\/stream$/,
    act: ({ world, response, request }) => {
      response.writeHead(200, { 'Content-Type': 'text/event-stream', 'Cache-Control': 'no-store' });
      response.write(': here\n\n');
      world.clients.add(response);
      request.on('close', () => world.clients.delete(response));
    },
  },
  // What tests need to make happen; the product has nothing like it.
  {
    method: 'POST',
    pattern: /^\/dev\/(down|up|expire|new)$/,
    act: ({ world, at }) => {
      if (at[0] === 'expire') world.sessions.clear();
      else if (at[0] === 'new') tell(world, 'event_new', world.events.get(world.order[0]).row);
      else world.down = at[0] === 'down';
      if (world.down) for (const client of world.clients) client.destroy();
      return { body: null, status: 204 };
    },
  },
  ...more,
];
