// The development server's routes around a decision: agencies, people, searches, precision, copies.
import { join } from 'node:path';
import { get, on, post } from './verbs.mjs';
import { AGENCIES, reasonsOf } from './world.mjs';

/** Seconds that the making of a view copy is pretended to take. */
const MAKING = 4;

function precisionOf({ world, at }) {
  const rules = new Map();
  for (const { row, record } of world.events.values()) {
    if (row.camera !== at[0]) continue;
    const found = rules.get(record.rule.name) ?? {
      rule: record.rule.name,
      kind: row.kind,
      kind_name: row.kind_name,
      confirmed: 0,
      dismissed: 0,
      cannot_tell: 0,
      counts: new Map(),
    };
    if (row.status in found) found[row.status] += 1;
    const reason = world.history.get(row.id).findLast?.((d) => d.reason)?.reason;
    if (row.status === 'dismissed' && reason)
      found.counts.set(reason, (found.counts.get(reason) ?? 0) + 1);
    rules.set(record.rule.name, found);
  }
  const body = [...rules.values()].map(({ counts, ...rule }) => {
    const decided = rule.confirmed + rule.dismissed;
    const reasons = reasonsOf(rule.kind)
      .filter((r) => counts.has(r.code))
      .map((r) => ({ ...r, count: counts.get(r.code) }))
      .sort((a, b) => b.count - a.count);
    return { ...rule, precision: decided < 5 ? null : rule.confirmed / decided, reasons };
  });
  return { status: 200, body };
}

/** Results that were entered, by event. */
const results = new Map();
export const resultOf = (id) => results.get(id) ?? null;

export const flow = [
  post('/events/{}/result', 'enter_result', ({ world, user, at, body, Refusal }) => {
    const found = world.events.get(at[0]);
    if (found?.row.status !== 'confirmed')
      throw new Refusal(
        409,
        'not_confirmed',
        'It is not confirmed.',
        'Vụ việc chưa được xác nhận.',
      );
    const agency = AGENCIES.find((a) => a.id === body.agency);
    results.set(at[0], {
      agency: body.agency ?? null,
      agency_name: agency?.name ?? body.agency ?? null,
      handed_over: null,
      result: body.result,
      note: body.note ?? null,
      entered: new Date().toISOString(),
      by_name: user.name,
    });
    return { status: 200, body: results.get(at[0]) };
  }),
  get('/agencies', undefined, () => ({
    status: 200,
    body: AGENCIES.map(({ domains: _, ...agency }) => agency),
  })),
  get('/people', 'assign', ({ world }) => ({
    status: 200,
    body: [...world.users.values()]
      .filter((u) => u.permissions.includes('decide') && !u.disabled)
      .map(({ id, name, role, agency }) => ({ id, name: id, full_name: name, role, agency })),
  })),
  get('/searches', 'see_events', ({ world, user }) => ({
    status: 200,
    body: world.searches
      .filter((s) => s.user === user.id)
      .map(({ id, name, query }) => ({ id, name, query })),
  })),
  post('/searches', 'see_events', ({ world, user, body, Refusal }) => {
    if (typeof body.query !== 'string')
      throw new Refusal(400, 'bad_query', 'query is a text.', 'Truy vấn phải là văn bản.');
    const kept = { id: String(Date.now()), user: user.id, name: body.name, query: body.query };
    world.searches.push(kept);
    return { status: 201, body: { id: kept.id, name: kept.name, query: kept.query } };
  }),
  {
    method: 'DELETE',
    path: '/searches/{}',
    pattern: on('/searches/{}'),
    act: ({ world, at }) => {
      world.searches = world.searches.filter((s) => s.id !== at[0]);
      return { status: 204, body: null };
    },
  },
  get('/cameras/{}/precision', 'see_cameras', precisionOf),
  get('/events/{}/plate', 'see_evidence', ({ world, at, Refusal }) => {
    const event = world.events.get(at[0]);
    if (!event) throw new Refusal(404, 'not_found', 'Not there.', 'Không có.');
    const none = { plate: null, agree: 0, of: 0, pictures: 9, score: null, why: null, models: [] };
    const told = [...world.events.keys()].indexOf(at[0]) % 3;
    if (told === 2)
      return { status: 200, body: { ...none, state: 'cannot_read', why: 'disagree' } };
    const plate = told === 0 ? '84A-123.45' : '84-B1 123.45';
    return { status: 200, body: { ...none, state: 'read', plate, agree: 6, of: 7, score: 0.98 } };
  }),
  get(
    '/events/{}/view.mp4',
    'see_evidence',
    ({ world, at, request, response, sendFile, Refusal }) => {
      const event = world.events.get(at[0]);
      if (!event) throw new Refusal(404, 'not_found', 'Not there.', 'Không có.');
      const begun = world.copies.get(at[0]) ?? Date.now();
      world.copies.set(at[0], begun);
      if (Date.now() - begun < MAKING * 1000)
        return { status: 202, headers: { 'Retry-After': '1' }, body: { state: 'making' } };
      const headers = { 'X-Streetward-Copy': 'view' };
      return sendFile(request, response, join(event.folder, 'clip.mp4'), headers);
    },
  ),
];
