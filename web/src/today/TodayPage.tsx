/** Today in figures: what came in, what waits, what is overdue, what is blind. */

import { BarChart } from '@mantine/charts';
import '@mantine/charts/styles.css';
import { SegmentedControl, Table } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useState, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { camerasQuery } from '../api/cameras';
import { figuresQuery, todayQuery, type Bar } from '../api/figures';
import { useMay } from '../api/me';
import type { Status } from '../api/types';
import { StateMark } from '../cameras/StateMark';
import { kinds } from '../i18n/kinds';
import { Failure, Waiting } from '../shell/Failure';
import { dated, useSay, useTimes } from '../shell/say';
import { useTitle } from '../shell/title';
import { Overdue } from './Overdue';
import { atLeast } from './atLeast';
import classes from './Today.module.css';

const STATUSES: Status[] = ['pending', 'acknowledged', 'confirmed', 'dismissed', 'cannot_tell'];
const COLOURS: Record<Status, string> = {
  pending: '#8a949e',
  acknowledged: '#4c8fd0',
  confirmed: '#2f9e5b',
  dismissed: '#d9822b',
  cannot_tell: '#9b6bc2',
};

export default function TodayPage() {
  const { t } = useTranslation();
  useTitle(t('nav.today'));
  const { short } = useTimes();
  const query = useQuery(todayQuery);
  const seesEvents = useMay('see_events');
  const reopens = useMay('reopen');
  if (query.isPending) return <Waiting />;
  if (query.isError) return <Failure error={query.error} reset={() => void query.refetch()} />;
  const today = query.data;
  const all = STATUSES.reduce((sum, s) => sum + (today.events[s] ?? 0), 0);
  return (
    <div className={classes.page}>
      <h1>
        {t('nav.today')} <span className={classes.faint}>{dated(today.date)}</span>
      </h1>
      <dl className={classes.figures}>
        <Figure name={t('today.events')} value={all} />
        {STATUSES.slice(2).map((s) => (
          <Figure key={s} name={t(`status.${s}`)} value={today.events[s] ?? 0} />
        ))}
        <Figure name={t('today.waiting')} value={today.waiting} />
        <Figure name={t('today.waitingSince')} value={short(today.waiting_since)} />
        {today.overdue && (
          <>
            <Figure
              name={t('today.overdueAcknowledge')}
              value={atLeast(today.overdue.acknowledge, today.overdue.exact)}
              urgent={today.overdue.acknowledge > 0}
            />
            <Figure
              name={t('today.overdueDecide')}
              value={atLeast(today.overdue.decide, today.overdue.exact)}
              urgent={today.overdue.decide > 0}
            />
          </>
        )}
        {today.second_look !== undefined && reopens && (
          <Figure
            name={t('second.wanted')}
            value={
              <Link to="/desk" search={{ queue: 'second_look' }}>
                {atLeast(today.second_look, today.second_look_exact)}
              </Link>
            }
          />
        )}
      </dl>
      <div className={classes.columns}>
        <Chart
          title={t('today.byDomain')}
          bars={today.by_domain}
          name={(k) => t(`domain.${k}` as 'domain.traffic', k)}
        />
        <Chart
          title={t('today.byWard')}
          bars={today.by_ward}
          name={(k) => k || t('cameras.noWard')}
        />
        <Chart title={t('today.byHour')} bars={today.by_hour} name={(k) => `${k}:00`} wide />
        <Period />
        <Blind />
        {seesEvents && <Overdue />}
      </div>
    </div>
  );
}

type FigureProps = { name: string; value: ReactNode; urgent?: boolean };

function Figure({ name, value, urgent = false }: FigureProps) {
  return (
    <div>
      <dt>{name}</dt>
      <dd className="num" data-urgent={urgent || undefined}>
        {value}
      </dd>
    </div>
  );
}

type ChartProps = { title: string; bars: Bar[]; name: (key: string) => string; wide?: boolean };

/** Bars for the eye, the same as a table for screen readers and paper. */
function Chart({ title, bars, name, wide }: ChartProps) {
  const { t } = useTranslation();
  const used = STATUSES.filter((s) => bars.some((b) => b.counts[s]));
  return (
    <section className={wide ? classes.wide : undefined}>
      <h2>{title}</h2>
      {bars.length === 0 ? (
        <p className={classes.faint}>{t('today.nothing')}</p>
      ) : (
        <>
          <div aria-hidden="true" className="no-print">
            <BarChart
              h={wide ? 170 : Math.max(140, 34 * bars.length + 60)}
              data={bars.map((b) => ({ name: name(b.key), ...b.counts }))}
              dataKey="name"
              type="stacked"
              orientation={wide ? 'horizontal' : 'vertical'}
              yAxisProps={wide ? { width: 36, allowDecimals: false } : { width: 120, interval: 0 }}
              xAxisProps={wide ? {} : { allowDecimals: false }}
              series={used.map((s) => ({ name: s, label: t(`status.${s}`), color: COLOURS[s] }))}
              withLegend
              legendProps={{ verticalAlign: 'bottom' }}
              barProps={{ isAnimationActive: false }}
              maxBarWidth={48}
              gridAxis={wide ? 'y' : 'x'}
            />
          </div>
          <details>
            <summary>{t('today.asTable')}</summary>
            <Counts bars={bars} name={name} used={used} title={title} />
          </details>
        </>
      )}
    </section>
  );
}

function Counts({ bars, name, used, title }: Omit<ChartProps, 'wide'> & { used: Status[] }) {
  const { t } = useTranslation();
  return (
    <Table aria-label={title}>
      <Table.Thead>
        <Table.Tr>
          <Table.Th>{title}</Table.Th>
          {used.map((s) => (
            <Table.Th key={s}>{t(`status.${s}`)}</Table.Th>
          ))}
          <Table.Th>{t('today.total')}</Table.Th>
        </Table.Tr>
      </Table.Thead>
      <Table.Tbody>
        {bars.map((b) => (
          <Table.Tr key={b.key}>
            <Table.Td>{name(b.key)}</Table.Td>
            {used.map((s) => (
              <Table.Td key={s} className="num">
                {b.counts[s] ?? 0}
              </Table.Td>
            ))}
            <Table.Td className="num">{b.total}</Table.Td>
          </Table.Tr>
        ))}
      </Table.Tbody>
    </Table>
  );
}

const BY = ['day', 'domain', 'ward', 'kind', 'camera'] as const;
function Period() {
  const { t } = useTranslation();
  const say = useSay();
  const [by, setBy] = useState<(typeof BY)[number]>('day');
  const query = useQuery(figuresQuery(by));
  const name = (key: string) =>
    by === 'kind'
      ? say(kinds[key]) || key
      : by === 'domain'
        ? t(`domain.${key}` as 'domain.traffic', key)
        : by === 'day'
          ? dated(key)
          : key || t('cameras.noWard');
  return (
    <div className={classes.wide}>
      <SegmentedControl
        className="no-print"
        aria-label={t('today.by')}
        value={by}
        onChange={(value) => setBy(value as typeof by)}
        data={BY.map((b) => ({ value: b, label: t(`today.bys.${b}`) }))}
      />
      {query.isPending && <Waiting />}
      {query.isError && <Failure error={query.error} reset={() => void query.refetch()} />}
      {query.data && (
        <Chart title={t('today.month')} bars={query.data.bars} name={name} wide={by === 'day'} />
      )}
    </div>
  );
}

function Blind() {
  const { t } = useTranslation();
  const say = useSay();
  const sees = useMay('see_cameras');
  const query = useQuery({ ...camerasQuery, enabled: sees });
  const blind = (query.data ?? []).filter((c) => c.state !== 'seeing' && c.state !== 'degraded');
  if (!sees) return null;
  return (
    <section>
      <h2>{t('today.blind')}</h2>
      {query.isSuccess && blind.length === 0 && (
        <p className={classes.faint}>{t('today.noneBlind')}</p>
      )}
      <ul className={classes.list}>
        {blind.map((c) => (
          <li key={c.id}>
            <StateMark state={c.state} />{' '}
            <Link to="/cameras/$id" params={{ id: c.id }}>
              {c.name}
            </Link>
            <span className={classes.faint}> {say(c.detail)}</span>
          </li>
        ))}
      </ul>
    </section>
  );
}
