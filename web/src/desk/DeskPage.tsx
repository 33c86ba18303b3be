/** The officer's desk: one event after the other, decided from the keyboard. */

import { Button } from '@mantine/core';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { useCallback, useEffect, useMemo, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { eventQuery } from '../api/events';
import { requestKey } from '../api/key';
import { useMay } from '../api/me';
import { Failure, Waiting } from '../shell/Failure';
import { useTitle } from '../shell/title';
import { press, type Choice, type Decided } from './choice';
import type { ClipHand } from './Clip';
import { DecisionBar } from './DecisionBar';
import { EventView } from './EventView';
import { Facts } from './Facts';
import { Help } from './Help';
import { useKeys } from './keys';
import { useOutbox, useSent } from './OutboxProvider';
import { preload } from './preload';
import { QueueList } from './QueueList';
import type { StillName } from './Stills';
import { useQueue } from './useQueue';
import { Zoom } from './Zoom';
import classes from './Desk.module.css';

export function DeskPage() {
  const { t } = useTranslation();
  useTitle(t('desk.title'));
  const client = useQueryClient();
  const navigate = useNavigate({ from: '/desk' });
  const wanted = useSearch({ from: '/inside/desk' }).event ?? null;
  const queue = useQueue();
  const outbox = useOutbox();
  const sent = useSent();
  const may = useMay('decide');
  const [marks, setMarks] = useState(true);
  const [zoomed, setZoomed] = useState<StillName | null>(null);
  const [help, setHelp] = useState(false);
  const [choosing, setChoosing] = useState<{ event: string | null; choice: Choice }>({
    event: null,
    choice: { step: 'none' },
  });
  const clip = useRef<ClipHand>(null);

  const taken = useMemo(() => new Set(sent.map((s) => s.event)), [sent]);
  const selected = wanted ?? queue.rows.find((r) => !taken.has(r.id))?.id ?? null;
  const index = queue.rows.findIndex((r) => r.id === selected);
  const nextId = useMemo(
    () => queue.rows.slice(index + 1).find((r) => !taken.has(r.id))?.id ?? null,
    [queue.rows, index, taken],
  );
  const detail = useQuery({ ...eventQuery(selected ?? ''), enabled: selected !== null });
  const event = detail.data;
  const mine = selected ? outbox.of(selected) : undefined;
  // A choice begun on one event never falls on the next.
  const choice: Choice = choosing.event === selected ? choosing.choice : { step: 'none' };

  const select = useCallback(
    (id: string | null) => {
      void navigate({ search: id ? { event: id } : {}, replace: true });
    },
    [navigate],
  );
  const setChoice = (next: Choice) => setChoosing({ event: selected, choice: next });

  // The event that is looked at first stays, also when rows come or go above it.
  useEffect(() => {
    if (wanted === null && selected !== null) select(selected);
  }, [wanted, selected, select]);
  useEffect(() => {
    if (nextId && event) void preload(client, nextId);
  }, [client, nextId, event]);

  const walk = (by: number) => {
    const row = queue.rows[index + by];
    if (row) select(row.id);
  };
  const decide = (decided: Decided) => {
    if (!event || mine) return;
    outbox.add(event, { ...decided, request_key: requestKey() });
    setChoosing({ event: null, choice: { step: 'none' } });
    if (nextId) select(nextId);
  };
  const decidable =
    may &&
    event !== undefined &&
    !mine &&
    (event.status === 'pending' || event.status === 'acknowledged');

  useKeys((key) => {
    if (decidable) {
      const outcome = press(choice, key, event.reasons);
      if (outcome.decided) decide(outcome.decided);
      else if (outcome.taken) setChoice(outcome.choice);
      if (outcome.taken) return true;
    }
    switch (key) {
      case 'j':
      case 'ArrowDown':
        walk(1);
        return true;
      case 'k':
      case 'ArrowUp':
        walk(-1);
        return true;
      case ' ':
        clip.current?.toggle();
        return true;
      case 'ArrowLeft':
        clip.current?.step(-1);
        return true;
      case 'ArrowRight':
        clip.current?.step(1);
        return true;
      case 'm':
        clip.current?.toMoment();
        return true;
      case 'o':
        setMarks((on) => !on);
        return true;
      case 'z':
        setZoomed('moment');
        return true;
      case 'n':
        document.querySelector<HTMLElement>('[data-note]')?.focus();
        return true;
      case '?':
        setHelp(true);
        return true;
      default:
        return false;
    }
  });

  if (queue.error && queue.rows.length === 0)
    return <Failure error={queue.error} reset={() => void queue.refresh()} />;
  return (
    <div className={classes.desk}>
      <h1 className="hidden-visually">{t('desk.title')}</h1>
      <QueueList queue={queue} selected={selected} onSelect={select} />
      <div className={classes.middle}>
        <div className={classes.phone}>
          <Button variant="default" onClick={() => walk(-1)} disabled={index <= 0}>
            {t('desk.previous')}
          </Button>
          <span className="num">
            {index + 1} / {queue.total}
          </span>
          <Button
            variant="default"
            onClick={() => walk(1)}
            disabled={index >= queue.rows.length - 1}
          >
            {t('desk.next')}
          </Button>
        </div>
        {event ? (
          <>
            <EventView
              key={event.id}
              event={event}
              marks={marks}
              onMarks={setMarks}
              onZoom={setZoomed}
              onHelp={() => setHelp(true)}
              clip={clip}
            />
            <DecisionBar
              event={event}
              sent={mine}
              choice={choice}
              onChoice={setChoice}
              onDecided={decide}
            />
          </>
        ) : detail.error ? (
          <Failure error={detail.error} reset={() => void detail.refetch()} />
        ) : selected !== null || queue.loading ? (
          <Waiting />
        ) : (
          <div className={classes.empty} role="status">
            <strong>{t('desk.empty')}</strong>
            <span>{t('desk.emptyHint')}</span>
          </div>
        )}
      </div>
      {event && <Facts event={event} />}
      {event && <Zoom event={event} name={zoomed} marks={marks} onName={setZoomed} />}
      <Help opened={help} onClose={() => setHelp(false)} />
    </div>
  );
}
