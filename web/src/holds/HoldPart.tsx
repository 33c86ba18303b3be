/** With an event: that its evidence is kept for a case, and, for who may, keeping it. */

import { Button } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useAbility } from '../api/ability';
import { useMay } from '../api/me';
import type { EventDetail } from '../api/types';
import { useErrorText } from '../shell/say';
import { HoldForm } from './HoldForm';
import { HoldRow } from './HoldRow';
import classes from './Holds.module.css';
import { holdsQuery } from './holds';

/** Beside an event's title. */
export function HoldMark({ event }: { event: EventDetail }) {
  const { t } = useTranslation();
  return event.held ? <span className={classes.mark}>{t('holds.mark')}</span> : null;
}

export function HoldPart({ event }: { event: EventDetail }) {
  const { can } = useAbility();
  const may = useMay('hold_evidence') && can('post', '/holds');
  const gone = event.evidence_state === 'none' || event.evidence_state === 'removed';
  // A plate that was entered is kept for a case as well; what is held can be let go.
  if (!may || (gone && !event.plate && !event.held)) return null;
  // Another event begins anew.
  return <Kept key={event.id} event={event.id} />;
}

function Kept({ event }: { event: string }) {
  const { t } = useTranslation();
  const errorText = useErrorText();
  const query = useQuery(holdsQuery(event));
  const [asking, setAsking] = useState(false);
  return (
    <section className={classes.part} aria-labelledby="holds-title">
      <h3 id="holds-title">{t('holds.title')}</h3>
      {query.isError && <p role="alert">{errorText(query.error)}</p>}
      {query.data?.map((hold) => (
        <HoldRow key={hold.id} hold={hold} />
      ))}
      {asking ? (
        <HoldForm event={event} onDone={() => setAsking(false)} />
      ) : (
        <Button variant="default" size="compact-sm" onClick={() => setAsking(true)}>
          {t('holds.keep')}
        </Button>
      )}
    </section>
  );
}
