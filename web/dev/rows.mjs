// Which events a question asks for, in its order.

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
    is('agency', row.agency) &&
    is('second_look', row.second_look) &&
    !(row.merged_into && query.get('status')) &&
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
  if (order === 'due') rows.sort((a, b) => (a.due_at ?? '9').localeCompare(b.due_at ?? '9'));
  if (order === 'severity') rows.sort((a, b) => rank[a.severity] - rank[b.severity]);
  return rows;
}
