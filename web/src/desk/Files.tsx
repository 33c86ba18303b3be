/** The files of the evidence, by name; and plainly what of them is gone or no longer as sealed. */

import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { fileOf } from '../api/events';
import { useMay } from '../api/me';
import type { EventDetail } from '../api/types';
import { inState } from './fileState';
import evidence from './Evidence.module.css';
import classes from './Facts.module.css';

export function Files({ event }: { event: EventDetail }) {
  const { t } = useTranslation();
  const mayAsk = useMay('ask_handover') && event.status === 'confirmed';
  return (
    <details className={classes.files}>
      <summary>{t('desk.files')}</summary>
      <ul>
        {event.files.map((f) => (
          <li key={f.name}>
            {f.state === 'missing' ? (
              f.name
            ) : (
              <a href={fileOf(event.id, f.name)} target="_blank" rel="noreferrer">
                {f.name}
              </a>
            )}{' '}
            <span className={classes.faint}>{Math.ceil(f.bytes / 1024)} KiB</span>
            {(f.state === 'missing' || f.state === 'altered') && (
              <strong className={classes.bad}> {t(`files.${f.state}`)}</strong>
            )}
            {f.state === 'not_checked' && (
              <span className={classes.faint}> · {t('files.not_checked')}</span>
            )}
          </li>
        ))}
      </ul>
      {mayAsk && (
        <Link to="/handover" search={{ events: event.id }}>
          {t('handover.fromEvent')}
        </Link>
      )}
    </details>
  );
}

/** Nothing where the evidence is whole. */
export function FileTrouble({ event }: { event: EventDetail }) {
  const { t } = useTranslation();
  const names = (state: 'missing' | 'altered') =>
    inState(event, state)
      .map((f) => f.name)
      .join(', ');
  const missing = names('missing');
  const altered = names('altered');
  const open = event.evidence_state === 'open';
  const noRecord = event.record === null && !open;
  if (!missing && !altered && !noRecord) return null;
  return (
    <div className={evidence.trouble} role="alert" data-testid="files-trouble">
      <strong>{t('files.trouble')}</strong>
      {missing && <div>{t('files.missingAll', { names: missing })}</div>}
      {altered && <div>{t('files.alteredAll', { names: altered })}</div>}
      {noRecord && !missing && !altered && (
        <div>
          {t('desk.missingFiles', {
            state:
              event.evidence_note ??
              t(`desk.evidence.${event.evidence_state}`, event.record_missing ?? '–'),
          })}
        </div>
      )}
      <div>{t('files.hint')}</div>
    </div>
  );
}
