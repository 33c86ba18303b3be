// The routes of the development server.
import { statSync, readdirSync, readFileSync } from 'node:fs';
import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { AGENCIES, entry, iso, judgeTime, reasonsOf } from './world.mjs';
import { accounts } from './routes_account.mjs';
import { flow, resultOf } from './routes_flow.mjs';
import { reports } from './routes_reports.mjs';
import { more } from './routes_more.mjs';
import { rowsOf } from './rows.mjs';

const to = {
  confirm: 'confirmed',
  dismiss: 'dismissed',
  cannot_tell: 'cannot_tell',
  acknowledge: 'acknowledged',
  reopen: 'acknowledged',
};
export function tell(world, name, data) {
  for (const client of world.clients)
    client.write(`event: ${name}\ndata: ${JSON.stringify(data)}\n\n`);
}

export function found(world, id, Refusal) {
  const event = world.events.get(id);
  if (!event)
    throw new Refusal(404, 'not_found', 'There is no such event.', 'Không có vụ việc này.');
  return event;
}

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
    const needs = { assign: 'assign', reopen: 'reopen', agree: 'reopen', merge: 'merge' };
    const need = needs[body.action];
    if (need && !user.permissions.includes(need))
      throw new Refusal(403, 'forbidden', 'Your role does not allow this.', 'Không được phép.');
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
      plate: body.plate ?? null,
      other: body.other ?? body.assignee ?? body.agency ?? null,
      version: row.version + 1,
    });
    const agency = AGENCIES.find((a) => a.id === body.agency);
    Object.assign(row, {
      status,
      version: row.version + 1,
      ...(body.plate || body.action === 'plate' ? { plate: body.plate || null } : {}),
      ...(body.action === 'assign' && {
        agency: agency?.id ?? null,
        agency_name: agency?.name ?? null,
        assignee: body.assignee ?? null,
        assignee_name: world.users.get(body.assignee)?.name ?? null,
      }),
      ...(body.action === 'merge' && { merged_into: body.other }),
      ...(body.action === 'agree' && { second_look: 'agreed' }),
      ...(body.action === 'reopen' && {
        merged_into: null,
        second_look: row.second_look === 'wanted' ? 'disagreed' : row.second_look,
      }),
    });
    judgeTime(row);
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
      const state = world.files.get(`${row.id}/${name}`) ?? 'whole';
      return { name, type: 'application/octet-stream', bytes: statSync(path).size, sha256, state };
    });
    return {
      status: 200,
      headers: { ETag: `"${row.version}"` },
      body: {
        ...row,
        record,
        result: row.status === 'confirmed' ? resultOf(row.id) : null,
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
      const state = world.files.get(`${at[0]}/${at[1]}`);
      if (state) throw new Refusal(410, `file_${state}`, 'It is gone.', 'Tệp không còn.');
      sendFile(request, response, join(folder, at[1]));
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
    pattern: /^\/dev\/(down|up|expire|new|away|back)$/,
    act: ({ world, at }) => {
      if (at[0] === 'expire') world.sessions.clear();
      else if (at[0] === 'new') tell(world, 'event_new', world.events.get(world.order[0]).row);
      else if (at[0] === 'away' || at[0] === 'back') world.databaseAway = at[0] === 'away';
      else world.down = at[0] === 'down';
      if (world.down) for (const client of world.clients) client.destroy();
      return { body: null, status: 204 };
    },
  },
  {
    method: 'POST',
    pattern: /^\/dev\/(missing|altered|unplayable)\/([\w-]+)\/([\w.-]+)$/,
    act: ({ world, at: [what, event, name] }) => {
      const of = world.events.get(event);
      if (what === 'unplayable')
        of.record = { ...of.record, clip: { ...of.record.clip, plays_in_browsers: false } };
      else world.files.set(`${event}/${name}`, what);
      return { body: null, status: 204 };
    },
  },
  ...accounts,
  ...flow,
  ...reports,
  ...more,
];
