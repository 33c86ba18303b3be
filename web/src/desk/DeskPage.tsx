/** The officer's desk: one event after the other, decided from the keyboard. */

import { Button } from '@mantine/core';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { useCallback, useEffect, useMemo, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { eventQuery } from '../api/events';
import { requestKey } from '../api/key';
import { useMay, useMe } from '../api/me';
import type { Action } from '../api/types';
import { Failure, Waiting } from '../shell/Failure';
import { useTitle } from '../shell/title';
import { Announce } from './Announce';
import { Assign } from './Assign';
import { press, type Choice, type Decided, type Matter } from './choice';
import type { ClipHand } from './Clip';
import { DecisionBar } from './DecisionBar';
import { EventView } from './EventView';
import { Facts } from './Facts';
import { Help } from './Help';
import { useKeys } from './keys';
import { Merge } from './Merge';
import { isOpen, stands } from './outbox';
import { useOutbox, useSent } from './OutboxProvider';
import { preload } from './preload';
import { QueueChoice } from './QueueChoice';
import { QueueList } from './QueueList';
import { filterOfQueue, isGone, type QueueName } from './queues';
import { wantsLook } from './second';
import type { StillName } from './Stills';
import { useNote } from './useNote';
import { usePlate } from './usePlate';
import { useQueue } from './useQueue';
import { Zoom } from './Zoom';
import classes from './Desk.module.css';

export function DeskPage() {
  const { t } = useTranslation();
  useTitle(t('desk.title'));
  const client = useQueryClient();
  const navigate = useNavigate({ from: '/desk' });
  const { event: wanted = null, queue: named = 'waiting' } = useSearch({ from: '/inside/desk' });
  const me = useMe();
  const filter = useMemo(() => filterOfQueue(named, me), [named, me]);
  const queue = useQueue(filter);
  const outbox = useOutbox();
  const sent = useSent();
  const may = useMay('decide');
  const [marks, setMarks] = useState(true);
  const [zoomed, setZoomed] = useState<StillName | null>(null);
  const [open, setOpen] = useState<'help' | 'assign' | 'merge' | null>(null);
  const [choosing, setChoosing] = useState<{ event: string | null; choice: Choice }>({
    event: null,
    choice: { step: 'none' },
  });
  const clip = useRef<ClipHand>(null);

  const taken = useMemo(() => {
    const rows = new Map(queue.rows.map((r) => [r.id, r.version]));
    const done = sent.filter((s) => {
      const own = outbox.of(s.event);
      return own !== undefined && stands(own, rows.get(s.event) ?? 0);
    });
    const gone = queue.rows.filter((r) => isGone(r, named));
    return new Set([...done.map((s) => s.event), ...gone.map((r) => r.id)]);
  }, [sent, outbox, queue.rows, named]);
  const selected = wanted ?? queue.rows.find((r) => !taken.has(r.id))?.id ?? null;
  const index = queue.rows.findIndex((r) => r.id === selected);
  const nextId = useMemo(
    () => queue.rows.slice(index + 1).find((r) => !taken.has(r.id))?.id ?? null,
    [queue.rows, index, taken],
  );
  const detail = useQuery({ ...eventQuery(selected ?? ''), enabled: selected !== null });
  const event = detail.data;
  const plate = usePlate(event);
  const note = useNote(event);
  const own = selected ? outbox.of(selected) : undefined;
  const mine = own && stands(own, event?.version ?? 0) ? own : undefined;
  // A choice begun on one event never falls on the next.
  const choice: Choice = choosing.event === selected ? choosing.choice : { step: 'none' };

  const select = useCallback(
    (id: string | null) => {
      void navigate({
        search: (old) => ({ ...old, event: id ?? undefined }),
        replace: true,
      });
    },
    [navigate],
  );
  const change = (to: QueueName) =>
    void navigate({ search: to === 'waiting' ? {} : { queue: to } });
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
    const goes = plate.joined(decided).flatMap((one) => note.joined(one));
    for (const one of goes) outbox.add(event, { ...one, request_key: requestKey() });
    setChoosing({ event: null, choice: { step: 'none' } });
    if (goes.length > 0) note.taken();
    if (goes.length > 0 && nextId) select(nextId);
  };
  const act = (action: Action) => {
    if (event) outbox.add(event, { action, request_key: requestKey() });
  };
  const undecided = event?.status === 'pending' || event?.status === 'acknowledged';
  const waits = event !== undefined && !mine && undecided && !event.merged_into;
  const looks = useMay('reopen') && event !== undefined && !mine && wantsLook(event, me.id);
  const matter: Matter | null = may && waits ? 'decision' : looks ? 'second_look' : null;
  const untouched =
    may &&
    waits &&
    event.status === 'pending' &&
    !sent.some((s) => s.event === event.id && s.body.action === 'acknowledge' && isOpen(s));
  const mayAssign = useMay('assign') && waits;
  const mayMerge = useMay('merge') && waits && (event?.similar.length ?? 0) > 0;

  useKeys((key) => {
    if (event && matter) {
      const outcome = press(choice, key, event.reasons, matter);
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
      case 't':
        if (untouched) act('acknowledge');
        return true;
      case 'g':
        if (mayAssign) setOpen('assign');
        return true;
      case 'd':
        if (mayMerge) setOpen('merge');
        return true;
      case '?':
        setOpen('help');
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
      <Announce event={event} />
      <QueueList
        queue={queue}
        name={named}
        counted={named === 'waiting' ? 'desk.waiting' : 'queues.counted'}
        choice={<QueueChoice queue={named} onQueue={change} />}
        selected={selected}
        onSelect={select}
      />
      <div className={classes.middle}>
        <div className={classes.phone}>
          <Button variant="default" onClick={() => walk(-1)} disabled={index <= 0}>
            {t('desk.previous')}
          </Button>
          <span className="num">
            {index + 1} / {queue.total}
          </span>
          <QueueChoice queue={named} onQueue={change} />
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
              onHelp={() => setOpen('help')}
              note={note.hand}
              plate={waits ? plate.hand : null}
              clip={clip}
            />
            <DecisionBar
              event={event}
              sent={mine}
              choice={choice}
              onChoice={setChoice}
              onDecided={decide}
              matter={matter}
              plate={plate.travels}
              guess={plate.guess}
              note={note.text}
              onTakeUp={untouched ? () => act('acknowledge') : null}
            />
          </>
        ) : detail.error ? (
          <Failure error={detail.error} reset={() => void detail.refetch()} />
        ) : selected !== null || queue.loading ? (
          <Waiting />
        ) : (
          <div className={classes.empty} role="status">
            <strong>{t(`queues.empty_${named}`)}</strong>
            <span>{t('desk.emptyHint')}</span>
          </div>
        )}
      </div>
      {event && (
        <Facts
          event={event}
          onAssign={mayAssign ? () => setOpen('assign') : null}
          onMerge={mayMerge ? () => setOpen('merge') : null}
        />
      )}
      {event && <Zoom event={event} name={zoomed} marks={marks} onName={setZoomed} />}
      {event && open === 'assign' && <Assign event={event} onClose={() => setOpen(null)} />}
      {event && open === 'merge' && <Merge event={event} onClose={() => setOpen(null)} />}
      <Help opened={open === 'help'} onClose={() => setOpen(null)} />
    </div>
  );
}
