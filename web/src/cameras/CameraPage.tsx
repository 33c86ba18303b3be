/** One camera: what it shows, how it stood, and how often people agreed with its events. */

import { Button, Table } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Link, useParams } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { useAbility } from '../api/ability';
import { cameraQuery, historyQuery, uptimeQuery, type UptimeRow } from '../api/cameras';
import { useMay } from '../api/me';
import { Failure, Waiting } from '../shell/Failure';
import { dated, useSay, useTimes } from '../shell/say';
import { useTitle } from '../shell/title';
import { Precision } from './Precision';
import { StateMark } from './StateMark';
import { StillImage } from './StillImage';
import classes from './Cameras.module.css';

export function CameraPage() {
  const { t } = useTranslation();
  const say = useSay();
  const { time } = useTimes();
  const { id } = useParams({ from: '/inside/cameras/$id' });
  const query = useQuery(cameraQuery(id));
  const mayEdit = useMay('edit_scene');
  const seesFigures = useMay('see_figures');
  const { can } = useAbility();
  useTitle(query.data?.name ?? t('nav.cameras'));
  if (query.isPending) return <Waiting />;
  if (query.isError) return <Failure error={query.error} reset={() => void query.refetch()} />;
  const camera = query.data;
  const found = camera.precision;
  const decided = (found?.confirmed ?? 0) + (found?.dismissed ?? 0);
  return (
    <div className={classes.page}>
      <div className={classes.head}>
        <h1>{camera.name}</h1>
        <StateMark state={camera.state} />
        <span className={classes.faint}>{camera.id}</span>
        {mayEdit && can('get', '/cameras/{}/scene') && (
          <Button
            variant="default"
            ml="auto"
            renderRoot={(props) => <Link to="/cameras/$id/scene" params={{ id }} {...props} />}
          >
            {t('scene.edit')}
          </Button>
        )}
      </div>
      {camera.reasons.length > 0 && <p className={classes.why}>{say(camera.detail)}</p>}
      <div className={classes.columns}>
        <section>
          <StillImage camera={camera} />
          <dl className={classes.facts}>
            <dt>{t('desk.ward')}</dt>
            <dd>{camera.ward ?? '–'}</dd>
            <dt>{t('cameras.since')}</dt>
            <dd>{time(camera.since)}</dd>
            <dt>{t('cameras.fps')}</dt>
            <dd>{camera.fps === null ? '–' : camera.fps.toFixed(1)}</dd>
            <dt>{t('cameras.precision')}</dt>
            <dd>
              {decided === 0
                ? t('cameras.noDecisions')
                : t('cameras.precisionOf', {
                    percent: Math.round((100 * (found?.confirmed ?? 0)) / decided),
                    confirmed: found?.confirmed ?? 0,
                    decided,
                  })}
            </dd>
          </dl>
          <Link to="/search" search={{ camera: id }}>
            {t('cameras.events')}
          </Link>
        </section>
        <section>
          {seesFigures && can('get', '/cameras/{}/precision') && <Precision id={id} />}
          <UptimeTable id={id} />
          <Changes id={id} />
        </section>
      </div>
    </div>
  );
}

const STATES = ['seeing', 'degraded', 'blind', 'offline', 'unknown'] as const;
const total = (row: UptimeRow) => STATES.reduce((sum, s) => sum + row[`${s}_seconds`], 0) || 1;

function UptimeTable({ id }: { id: string }) {
  const { t } = useTranslation();
  const { span } = useTimes();
  const query = useQuery(uptimeQuery(id));
  if (query.isPending) return <Waiting />;
  if (query.isError) return <Failure error={query.error} reset={() => void query.refetch()} />;
  const rows = query.data.days.toReversed().slice(0, 14);
  return (
    <>
      <h2>{t('cameras.uptime')}</h2>
      {rows.length === 0 && <p>{t('cameras.noUptime')}</p>}
      {rows.length > 0 && (
        <Table>
          <Table.Thead>
            <Table.Tr>
              <Table.Th>{t('cameras.day')}</Table.Th>
              <Table.Th>{t('cameraState.seeing')}</Table.Th>
              <Table.Th>{t('cameras.share')}</Table.Th>
              <Table.Th>{t('cameras.outages')}</Table.Th>
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {rows.map((row) => (
              <Table.Tr key={row.day}>
                <Table.Td className="num">{dated(row.day ?? '')}</Table.Td>
                <Table.Td className="num">
                  {((100 * row.seeing_seconds) / total(row)).toFixed(1)} %
                </Table.Td>
                <Table.Td>
                  <span className={classes.bar}>
                    {STATES.map((s) => (
                      <span
                        key={s}
                        data-state={s}
                        title={`${t(`cameraState.${s}`)}: ${span(row[`${s}_seconds`])}`}
                        style={{ width: `${(100 * row[`${s}_seconds`]) / total(row)}%` }}
                      />
                    ))}
                  </span>
                </Table.Td>
                <Table.Td className="num">{row.incidents ?? '–'}</Table.Td>
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      )}
    </>
  );
}

function Changes({ id }: { id: string }) {
  const { t } = useTranslation();
  const { time } = useTimes();
  const query = useQuery(historyQuery(id));
  if (query.isPending) return <Waiting />;
  if (query.isError) return <Failure error={query.error} reset={() => void query.refetch()} />;
  const changes = query.data.toReversed().slice(0, 50);
  return (
    <>
      <h2>{t('cameras.history')}</h2>
      {changes.length === 0 && <p>{t('cameras.noHistory')}</p>}
      <ol className={classes.changes}>
        {changes.map((change) => (
          <li key={change.at}>
            <span className="num">{time(change.at)}</span> <StateMark state={change.state} />
            {change.reasons.length > 0 && (
              <span>{change.reasons.map((r) => t(`cameraReason.${r}`, r)).join(', ')}</span>
            )}
          </li>
        ))}
      </ol>
    </>
  );
}
