/** What would have happened with the edited scene: gained and lost events, before anything is saved. */

import { Button } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import type { EventRow } from '../api/types';
import { Failure } from '../shell/Failure';
import { useSay, useTimes } from '../shell/say';
import type { Scene } from './scene';
import { tryScene } from './service';
import classes from './Scene.module.css';

export function Preview({ id, scene, disabled }: { id: string; scene: Scene; disabled: boolean }) {
  const { t } = useTranslation();
  const { short } = useTimes();
  const run = useMutation({ mutationFn: () => tryScene(id, scene) });
  const outcome = run.data;
  return (
    <section>
      <h2>{t('scene.preview')}</h2>
      <p>{t('scene.previewHint')}</p>
      <Button
        variant="default"
        loading={run.isPending}
        disabled={disabled}
        onClick={() => run.mutate()}
      >
        {t('scene.try')}
      </Button>
      {run.isError && <Failure error={run.error} />}
      {outcome && (
        <div role="status">
          <p>
            {t('scene.outcome', {
              kept: outcome.kept,
              gained: outcome.gained.length,
              lost: outcome.lost.length,
              changed: outcome.changed.length,
              from: short(outcome.from),
              to: short(outcome.to),
            })}
          </p>
          <Rows title={t('scene.gained')} rows={outcome.gained} mark="+" />
          <Rows title={t('scene.lost')} rows={outcome.lost} mark="−" />
          <Rows title={t('scene.changed')} rows={outcome.changed} mark="≠" />
        </div>
      )}
    </section>
  );
}

function Rows({ title, rows, mark }: { title: string; rows: EventRow[]; mark: string }) {
  const say = useSay();
  const { time } = useTimes();
  if (rows.length === 0) return null;
  return (
    <>
      <h3>{title}</h3>
      <ul className={classes.rows} data-mark={mark}>
        {rows.map((row) => (
          <li key={row.id}>
            {row.thumbnail && <img src={row.thumbnail} alt="" loading="lazy" />}
            <span>
              <strong aria-hidden="true">{mark}</strong> {say(row.kind_name)}
              <br />
              <span className="num">{time(row.moment_utc)}</span>
            </span>
          </li>
        ))}
      </ul>
    </>
  );
}
