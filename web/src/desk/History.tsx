/** Who did what with an event, and when. */

import { useTranslation } from 'react-i18next';
import type { EventDetail } from '../api/types';
import { useSay, useTimes } from '../shell/say';
import { Files } from './Files';
import classes from './Facts.module.css';

export function History({ event }: { event: EventDetail }) {
  const { t } = useTranslation();
  const say = useSay();
  const { time } = useTimes();
  return (
    <>
      {event.history.length === 0 ? (
        <p className={classes.faint}>{t('desk.noHistory')}</p>
      ) : (
        <ol className={classes.history} data-testid="history">
          {event.history.map((d) => {
            const reason = event.reasons.find((r) => r.code === d.reason);
            return (
              <li key={d.number}>
                <strong>{t(`action.${d.action}`)}</strong>
                {d.plate && `: ${d.plate}`}
                {d.reason && `: ${reason ? say(reason) : d.reason}`}
                {d.note && <q>{d.note}</q>}
                <span className={classes.faint}>
                  {d.by_name ?? d.by}, {time(d.at)}
                </span>
              </li>
            );
          })}
        </ol>
      )}
      {event.files.length > 0 && <Files event={event} />}
    </>
  );
}
