/** How long there is left for an event, or by how much it is over. */

import { useTranslation } from 'react-i18next';
import type { EventRow } from '../api/types';
import { useTimes } from '../shell/say';
import { useNow } from '../shell/useNow';
import { dueOf, NEAR } from './due';
import classes from './DueMark.module.css';

/** `full`: with what is due, the exact time, and whether the agency has been told. */
export function DueMark({ row, full = false }: { row: EventRow; full?: boolean }) {
  const { t } = useTranslation();
  const { span, short } = useTimes();
  const due = dueOf(row, useNow(30));
  if (!due) return null;
  const over = due.left < 0;
  const text = full
    ? t(over ? `due.over_${due.stage}` : `due.left_${due.stage}`, {
        span: span(due.left),
        when: short(due.at),
      })
    : t(over ? 'due.over' : 'due.left', { span: span(due.left) });
  return (
    <span
      className={classes.due}
      data-full={full || undefined}
      data-over={over || undefined}
      data-near={(!over && due.left < NEAR) || undefined}
      title={full ? undefined : short(due.at)}
    >
      {text}
      {row.escalated_at && (
        <span
          className={classes.told}
          title={t('due.escalated', { when: short(row.escalated_at) })}
        >
          {full ? (
            ` · ${t('due.escalated', { when: short(row.escalated_at) })}`
          ) : (
            <>
              <span aria-hidden="true"> ▲</span>
              <span className="hidden-visually">. {t('due.escalatedShort')}</span>
            </>
          )}
        </span>
      )}
    </span>
  );
}
