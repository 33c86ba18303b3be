/** Two events that show one incident: looked at side by side, then this one is merged into the other. */

import { Alert, Button, Modal } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { eventQuery, fileOf } from '../api/events';
import type { EventDetail, EventRow } from '../api/types';
import { useErrorText, useSay, useTimes } from '../shell/say';
import { Thumb } from '../shell/Thumb';
import { nearest } from './nearest';
import { pictureOf, type StillName } from './Stills';
import { useAct } from './useAct';
import classes from './Merge.module.css';

/** What decides whether they are the same comes first. */
const ORDER: StillName[] = ['moment', 'before', 'after'];

export function Merge({ event, onClose }: { event: EventDetail; onClose: () => void }) {
  const { t } = useTranslation();
  const { time, span } = useTimes();
  const errorText = useErrorText();
  const act = useAct(event);
  const candidates = nearest(event);
  const [chosen, setChosen] = useState<EventRow | undefined>(candidates[0]);
  const [error, setError] = useState<string | null>(null);
  const [busy, setBusy] = useState(false);
  const apart = (row: EventRow) =>
    (Date.parse(row.moment_utc) - Date.parse(event.moment_utc)) / 1000;

  const merge = () => {
    if (!chosen) return;
    setBusy(true);
    act({ action: 'merge', other: chosen.id })
      .then(onClose)
      .catch((failure: unknown) => {
        setError(errorText(failure));
        setBusy(false);
      });
  };
  return (
    <Modal
      opened
      onClose={onClose}
      size="72rem"
      title={t('merge.title')}
      closeButtonProps={{ 'aria-label': t('app.close') }}
      transitionProps={{ duration: 0 }}
    >
      {!chosen && <p role="status">{t('merge.none')}</p>}
      <ul className={classes.candidates} aria-label={t('merge.choose')}>
        {candidates.map((row) => (
          <li key={row.id}>
            <button
              type="button"
              data-autofocus={row === candidates[0] || undefined}
              aria-pressed={row.id === chosen?.id}
              onClick={() => setChosen(row)}
            >
              <Thumb address={row.thumbnail} />
              <span>
                <span className="num">{time(row.moment_utc)}</span>
                <br />
                {t(apart(row) < 0 ? 'merge.earlier' : 'merge.later', {
                  span: span(apart(row)),
                })}{' '}
                · {t(`status.${row.status}`)}
              </span>
            </button>
          </li>
        ))}
      </ul>
      {chosen && (
        <div className={classes.pair}>
          <Side title={t('merge.this')} id={event.id} />
          <Side title={t('merge.into')} id={chosen.id} />
        </div>
      )}
      {error && (
        <Alert p="xs" mt="sm" color="red" variant="outline" role="alert">
          {error}
        </Alert>
      )}
      <div className={classes.last}>
        <p>{t('merge.hint')}</p>
        <Button onClick={merge} loading={busy} disabled={!chosen}>
          {t('merge.do')}
        </Button>
      </div>
    </Modal>
  );
}

/** The three stills of one of the two, one under the other. */
function Side({ title, id }: { title: string; id: string }) {
  const { t } = useTranslation();
  const say = useSay();
  const { time } = useTimes();
  const event = useQuery(eventQuery(id)).data;
  if (!event) return <section>{t('app.loading')}</section>;
  const subject = event.subject_class;
  return (
    <section aria-label={title}>
      <h3>{title}</h3>
      <p>
        {say(event.kind_name)} · <span className="num">{time(event.moment_utc)}</span>
        {subject && ` · ${t(`class.${subject}`, subject)}`}
        {event.plate && ` · ${event.plate}`}
      </p>
      {ORDER.map((name) => {
        const file = pictureOf(event, name);
        return (
          file && (
            <figure key={name}>
              <img src={fileOf(id, file)} alt={`${t(`desk.${name}`)}. ${title}`} />
              <figcaption>{t(`desk.${name}`)}</figcaption>
            </figure>
          )
        );
      })}
    </section>
  );
}
