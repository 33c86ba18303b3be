/** Who did what with an event, and when. */

import { useTranslation } from 'react-i18next';
import type { Decision, EventDetail } from '../api/types';
import { useSay, useTimes } from '../shell/say';
import { Files } from './Files';
import classes from './Facts.module.css';

/** What the service writes down where removed evidence is there again; else it took another's place. */
const RESTORED =
  'its footage was worked through again: its evidence, which had been removed, is there again';

/** Whether a plate was taken back: none is left of one that was removed with its evidence. */
const taken = (d: Decision) => d.action === 'plate' && d.plate === '';

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
                <strong>{t(taken(d) ? 'action.plateTaken' : `action.${d.action}`)}</strong>
                {d.plate && `: ${d.plate}`}
                {d.reason && `: ${reason ? say(reason) : d.reason}`}
                {d.action === 'replaced' ? (
                  <q>{t(d.note === RESTORED ? 'desk.restored' : 'desk.replaced')}</q>
                ) : (
                  d.note && <q>{d.note}</q>
                )}
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
