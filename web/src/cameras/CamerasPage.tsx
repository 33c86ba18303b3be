/** All cameras: what is blind comes first, as a wall of stills or on a map. */

import { SegmentedControl, Select, TextInput } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { lazy, Suspense, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { camerasQuery } from '../api/cameras';
import type { Camera, CameraState } from '../api/types';
import { Failure, Waiting } from '../shell/Failure';
import { useSay, useTimes } from '../shell/say';
import { useTitle } from '../shell/title';
import { StateMark } from './StateMark';
import { StillImage } from './StillImage';
import classes from './Cameras.module.css';

const CameraMap = lazy(() => import('./CameraMap'));
const URGENCY: Record<CameraState, number> = {
  blind: 0,
  offline: 1,
  degraded: 2,
  unknown: 3,
  seeing: 4,
};

export function CamerasPage() {
  const { t } = useTranslation();
  useTitle(t('nav.cameras'));
  const query = useQuery(camerasQuery);
  const [view, setView] = useState('wall');
  const [state, setState] = useState<string | null>(null);
  const [text, setText] = useState('');
  if (query.isPending) return <Waiting />;
  if (query.isError) return <Failure error={query.error} reset={() => void query.refetch()} />;

  const wanted = text.trim().toLocaleLowerCase();
  const shown = query.data
    .filter((c) => !state || c.state === state)
    .filter((c) => `${c.name} ${c.id} ${c.ward ?? ''}`.toLocaleLowerCase().includes(wanted))
    .toSorted((a, b) => URGENCY[a.state] - URGENCY[b.state] || a.name.localeCompare(b.name, 'vi'));
  const counts = (s: CameraState) => query.data.filter((c) => c.state === s).length;
  return (
    <div className={classes.page}>
      <div className={classes.head}>
        <h1>{t('nav.cameras')}</h1>
        <ul className={classes.counts}>
          {(Object.keys(URGENCY) as CameraState[])
            .filter((s) => counts(s) > 0)
            .map((s) => (
              <li key={s}>
                <StateMark state={s} /> <strong className="num">{counts(s)}</strong>
              </li>
            ))}
        </ul>
        <TextInput
          aria-label={t('cameras.find')}
          placeholder={t('cameras.find')}
          value={text}
          onChange={(e) => setText(e.currentTarget.value)}
        />
        <Select
          aria-label={t('cameras.state')}
          placeholder={t('cameras.state')}
          clearable
          data={(Object.keys(URGENCY) as CameraState[]).map((s) => ({
            value: s,
            label: t(`cameraState.${s}`),
          }))}
          value={state}
          onChange={setState}
          clearButtonProps={{ 'aria-label': t('app.all') }}
        />
        <SegmentedControl
          aria-label={t('cameras.view')}
          value={view}
          onChange={setView}
          data={[
            { value: 'wall', label: t('cameras.wall') },
            { value: 'map', label: t('cameras.map') },
          ]}
        />
      </div>
      {view === 'wall' ? (
        <ul className={classes.wall}>
          {shown.map((camera) => (
            <Tile key={camera.id} camera={camera} />
          ))}
        </ul>
      ) : (
        <Suspense fallback={<Waiting />}>
          <CameraMap cameras={shown} />
        </Suspense>
      )}
      {shown.length === 0 && <p role="status">{t('cameras.none')}</p>}
    </div>
  );
}

function Tile({ camera }: { camera: Camera }) {
  const { t } = useTranslation();
  const say = useSay();
  const { span } = useTimes();
  const since = camera.since ? (Date.now() - Date.parse(camera.since)) / 1000 : null;
  return (
    <li className={classes.tile} data-state={camera.state}>
      <Link to="/cameras/$id" params={{ id: camera.id }}>
        <StillImage camera={camera} />
        <span className={classes.name}>{camera.name}</span>
      </Link>
      <div className={classes.under}>
        <StateMark state={camera.state} />
        {since !== null && <span>{t('cameras.for', { span: span(since) })}</span>}
      </div>
      <div className={classes.under}>{camera.ward ?? t('cameras.noWard')}</div>
      {camera.detail && camera.reasons.length > 0 && (
        <div className={classes.why}>{say(camera.detail)}</div>
      )}
    </li>
  );
}
