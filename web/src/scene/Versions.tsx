/** Who changed the scene when and why, and the way back to what it was. */

import { Button } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { Failure } from '../shell/Failure';
import { useTimes } from '../shell/say';
import { versionsQuery } from './service';
import classes from './Scene.module.css';

export function Versions({ id, onRestore }: { id: string; onRestore: (version: number) => void }) {
  const { t } = useTranslation();
  const { time } = useTimes();
  const query = useQuery(versionsQuery(id));
  const versions = query.data ?? [];
  const latest = Math.max(...versions.map((v) => v.version));
  return (
    <section>
      <h2>{t('scene.versions')}</h2>
      {query.isError && <Failure error={query.error} />}
      <ol className={classes.versions}>
        {versions
          .toSorted((a, b) => b.version - a.version)
          .map((v) => (
            <li key={v.version}>
              <span>
                <strong>{v.version}</strong> {time(v.at)} · {v.by}
                {v.note && <q>{v.note}</q>}
              </span>
              {v.version === latest ? (
                <span>{t('scene.current')}</span>
              ) : (
                <Button
                  size="compact-xs"
                  variant="default"
                  aria-label={t('scene.restoreOf', { version: v.version })}
                  onClick={() => onRestore(v.version)}
                >
                  {t('scene.restore')}
                </Button>
              )}
            </li>
          ))}
      </ol>
    </section>
  );
}
