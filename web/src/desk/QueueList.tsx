/** The queue: only the rows in view are in the page, so 20,000 are as quick as 20. */

import { Button } from '@mantine/core';
import { useVirtualizer } from '@tanstack/react-virtual';
import { useEffect, useRef, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { fresh } from '../api/ServerNews';
import { useSignal } from '../api/signal';
import type { EventRow } from '../api/types';
import { useSay, useTimes } from '../shell/say';
import { DueMark } from './DueMark';
import { resultOf, settles, stands, type Sent } from './outbox';
import { useSent } from './OutboxProvider';
import type { Queue } from './useQueue';
import classes from './QueueList.module.css';

const ROW = 56;

type Props = {
  queue: Queue;
  /** What is said of an empty queue stands where the event would. */
  counted: 'desk.waiting' | 'queues.counted';
  choice: ReactNode;
  selected: string | null;
  onSelect: (id: string) => void;
};

export function QueueList({ queue, counted, choice, selected, onSelect }: Props) {
  const { t } = useTranslation();
  const box = useRef<HTMLDivElement>(null);
  const sent = useSent();
  const latest = new Map(sent.filter((s) => settles(s.body.action)).map((s) => [s.event, s]));
  const newer = useSignal(fresh);
  const list = useVirtualizer({
    count: queue.rows.length,
    getScrollElement: () => box.current,
    estimateSize: () => ROW,
    overscan: 8,
  });
  const shown = list.getVirtualItems();
  const lastShown = shown.at(-1)?.index ?? 0;
  const { more } = queue;
  const nearEnd = queue.rows.length > 0 && lastShown > queue.rows.length - 30;
  useEffect(() => {
    if (nearEnd) more();
  });
  const index = queue.rows.findIndex((r) => r.id === selected);
  useEffect(() => {
    if (index >= 0) list.scrollToIndex(index, { align: 'auto' });
  }, [index, list]);

  return (
    <section className={classes.queue} aria-label={t('desk.queue')}>
      <div className={classes.top}>
        <h2 className={classes.count} role="status">
          {t(queue.exact || counted !== 'desk.waiting' ? counted : 'desk.waitingAtLeast', {
            count: queue.total,
          })}
        </h2>
        {choice}
      </div>
      {newer > 0 && (
        <Button variant="light" radius={0} fullWidth onClick={() => void queue.refresh()}>
          {t('desk.newer', { count: newer })}
        </Button>
      )}
      <div
        ref={box}
        className={classes.scroll}
        role="listbox"
        aria-label={t('desk.queue')}
        aria-activedescendant={selected && index >= 0 ? `row-${selected}` : undefined}
        tabIndex={0}
      >
        <div style={{ height: list.getTotalSize(), position: 'relative' }} role="presentation">
          {shown.map((item) => {
            const row = queue.rows[item.index];
            if (!row) return null;
            return (
              <Row
                key={row.id}
                row={row}
                sent={latest.get(row.id)}
                top={item.start}
                place={item.index + 1}
                total={queue.total}
                chosen={row.id === selected}
                onSelect={onSelect}
              />
            );
          })}
        </div>
      </div>
    </section>
  );
}

type RowProps = {
  row: EventRow;
  sent: Sent | undefined;
  top: number;
  place: number;
  total: number;
  chosen: boolean;
  onSelect: (id: string) => void;
};

function Row({ row, sent, top, place, total, chosen, onSelect }: RowProps) {
  const { t } = useTranslation();
  const say = useSay();
  const { short } = useTimes();
  const counts = sent && stands(sent, row.version) ? sent : undefined;
  const result = counts && (counts.current?.status ?? resultOf[counts.body.action]);
  const word = result
    ? t(`status.${result}`)
    : counts?.body.action === 'agree'
      ? t('second.agreed')
      : null;
  return (
    // Keys are those of the desk: the list itself has the focus, its rows do not.
    // eslint-disable-next-line jsx-a11y/click-events-have-key-events, jsx-a11y/interactive-supports-focus
    <div
      id={`row-${row.id}`}
      role="option"
      aria-selected={chosen}
      aria-posinset={place}
      aria-setsize={total}
      className={classes.row}
      data-severity={row.severity}
      data-chosen={chosen || undefined}
      data-done={word !== null || undefined}
      style={{ transform: `translateY(${top}px)`, height: ROW }}
      onClick={() => onSelect(row.id)}
    >
      <span className={classes.name}>{say(row.kind_name)}</span>
      <span className={classes.when}>{short(row.moment_utc)}</span>
      <span className={classes.where}>{row.camera_name}</span>
      {word !== null ? (
        <span className={classes.word} data-open={counts?.state !== 'sent' || undefined}>
          {word}
        </span>
      ) : (
        <span className={classes.left}>
          <DueMark row={row} />
        </span>
      )}
    </div>
  );
}
