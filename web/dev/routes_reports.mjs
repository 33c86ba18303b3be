// The development server's reports: figures of the events at hand in the product's form, files in name.
import { get } from './verbs.mjs';

const w = (vi, en) => ({ vi, en });
const count = (value) => ({ kind: 'count', value });
const column = (key, vi, en) => ({ key, title: w(vi, en) });
const DOMAINS = {
  traffic: w('Giao thông', 'Traffic'),
  environment: w('Môi trường', 'Environment'),
  urban_order: w('Trật tự đô thị', 'Urban order'),
  security: w('An ninh', 'Security'),
};

/** First and last day of what was asked. */
function daysOf(query) {
  if (query.get('from')) return [query.get('from'), query.get('to')];
  const on = query.get('on') ?? new Date().toISOString().slice(0, 10);
  const [year, month] = on.split('-').map(Number);
  const last = (m) => new Date(Date.UTC(year, m, 0)).toISOString().slice(0, 10);
  switch (query.get('period')) {
    case 'year':
      return [`${year}-01-01`, `${year}-12-31`];
    case 'half_year':
      return month <= 6 ? [`${year}-01-01`, last(6)] : [`${year}-07-01`, last(12)];
    case 'week': {
      const day = Date.parse(`${on}T00:00:00Z`);
      const monday = day - ((new Date(day).getUTCDay() + 6) % 7) * 86_400_000;
      return [monday, monday + 6 * 86_400_000].map((d) => new Date(d).toISOString().slice(0, 10));
    }
    default:
      return [`${on.slice(0, 7)}-01`, last(month)];
  }
}

function report({ world, query, Refusal }) {
  const [from, to] = daysOf(query);
  if (to < from)
    throw new Refusal(
      400,
      'bad_query',
      'It ends before it begins.',
      'Kỳ kết thúc trước khi bắt đầu.',
    );
  const narrow = ['ward', 'domain', 'kind', 'camera', 'agency'].filter((f) => query.get(f));
  const day = (row) =>
    new Date(Date.parse(row.start_utc) + 7 * 3_600_000).toISOString().slice(0, 10);
  const rows = [...world.events.values()]
    .map((e) => e.row)
    .filter((r) => day(r) >= from && day(r) <= to)
    .filter((r) => narrow.every((f) => r[f] === query.get(f)));
  const of = (domain, status) =>
    rows.filter((r) => r.domain === domain && (!status || r.status === status)).length;
  const made = Object.keys(DOMAINS).filter((d) => of(d) > 0);
  const line = (name, which) => {
    const sum = (status) => which.reduce((n, d) => n + of(d, status), 0);
    const decided = sum('confirmed') + sum('dismissed');
    return [
      { kind: 'words', value: name },
      count(sum()),
      count(sum('confirmed')),
      { kind: 'change', value: sum('confirmed') - 3 },
      decided ? { kind: 'share', value: sum('confirmed') / decided } : { kind: 'nothing' },
      { kind: 'seconds', value: 4321 },
    ];
  };
  const hours = Array.from({ length: 24 }, (_, hour) => hour);
  const at = (row) => (new Date(row.start_utc).getUTCHours() + 7) % 24;
  const chart = (style, title, labels, series) => ({
    chart: { title, style, labels, series, unit: w('vụ việc', 'events') },
  });
  return {
    name: `report-${from}_${to}`,
    title: w('Báo cáo kết quả khai thác camera', 'Report on what the cameras gave'),
    days: [from, to],
    made_on: new Date().toISOString().slice(0, 10),
    sections: [
      {
        title: w('Kết quả theo lĩnh vực', 'Results by domain'),
        blocks: [
          {
            paragraph: w(
              `Trong kỳ, hệ thống phát hiện ${rows.length} vụ việc; chỉ vụ việc đã được cán bộ xác nhận mới được tính là vi phạm.`,
              `The system flagged ${rows.length} events; only what an officer confirmed counts as a violation.`,
            ),
          },
          {
            table: {
              key: 'by_domain',
              title: w('Vụ việc theo lĩnh vực', 'Events by domain'),
              columns: [
                column('domain', 'Lĩnh vực', 'Domain'),
                column('flagged', 'Được phát hiện', 'Flagged'),
                column('confirmed', 'Đã xác nhận', 'Confirmed'),
                column('change', 'So với kỳ trước', 'Change'),
                column('precision', 'Tỷ lệ đúng', 'Precision'),
                column('to_decide', 'Thời gian quyết định', 'Time to decide'),
              ],
              rows: made.map((d) => line(DOMAINS[d], [d])),
              total: made.length > 0 ? line(w('Tổng cộng', 'Total'), made) : null,
              definitions: [
                w(
                  'Được phát hiện: vụ việc bắt đầu trong kỳ.',
                  'Flagged: events that began in the period.',
                ),
              ],
            },
          },
          chart(
            'bars',
            w('Vụ việc theo lĩnh vực', 'Events by domain'),
            made.map((d) => DOMAINS[d]),
            [
              { name: w('Đã xác nhận', 'Confirmed'), values: made.map((d) => of(d, 'confirmed')) },
              { name: w('Bị bác', 'Dismissed'), values: made.map((d) => of(d, 'dismissed')) },
            ],
          ),
        ],
      },
      {
        title: w('Theo thời gian', 'By time'),
        blocks: [
          chart(
            'columns',
            w('Vụ việc theo giờ trong ngày', 'Events by hour of day'),
            hours.map((h) => w(`${h}`, `${h}`)),
            [
              {
                name: w('Được phát hiện', 'Flagged'),
                values: hours.map((h) => rows.filter((r) => at(r) === h).length),
              },
            ],
          ),
          chart(
            'lines',
            w('Tỷ lệ thời gian quan sát được', 'Share of time seeing'),
            ['T8', 'T9', 'T10'].map((m) => w(m, m)),
            [{ name: w('Quan sát được', 'Seeing'), values: [98.5, null, 99.25] }],
          ),
        ],
      },
    ],
  };
}

const TYPES = {
  html: 'text/html; charset=utf-8',
  csv: 'text/csv; charset=utf-8',
  xlsx: 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
  docx: 'application/vnd.openxmlformats-officedocument.wordprocessingml.document',
};

export const reports = [
  get('/reports/figures', 'see_figures', report),
  get('/reports/file', 'see_figures', (context) => {
    const { query, response } = context;
    const { name } = report(context);
    const format = query.get('format');
    response.writeHead(200, {
      'Content-Type': TYPES[format],
      'Content-Disposition': `attachment; filename="${name}-${query.get('language')}.${format}"`,
    });
    response.end(`${name} ${format}`);
  }),
];
