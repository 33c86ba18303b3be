/**
 * Decisions on their way to the server. Each has a key of its own, so that sending it twice makes
 * one decision. What cannot be sent is kept (in this browser too) and sent again; nothing is given
 * up but what the server refused.
 */

import { ApiError } from '../api/client';
import { sendDecision, type DecisionBody } from '../api/events';
import type { Action, EventRow, Status, Text } from '../api/types';

export type Sent = {
  /** The request's key. */
  key: string;
  event: string;
  /** What is shown of the event. */
  name: Text;
  version: number;
  body: DecisionBody;
  /** When the officer decided; milliseconds of the browser's clock. */
  at: number;
  state: 'sending' | 'retrying' | 'signed_out' | 'sent' | 'conflict' | 'refused';
  /** Since when it cannot be sent; milliseconds. */
  stuckSince: number | null;
  tries: number;
  why: Text | null;
  /** Where the event stands now, for a conflict. */
  current: { status: Status; by: string | null; at: string | null } | null;
};

/** How many that are done with are still shown. */
const SHOWN = 30;
/** Milliseconds between tries: doubling up to this. */
const LONGEST_WAIT = 5000;

export type Keep = { load: () => Sent[]; save: (open: Sent[]) => void };
type Send = (event: string, version: number, body: DecisionBody) => Promise<EventRow>;

export const resultOf: Partial<Record<Action, Status>> = {
  confirm: 'confirmed',
  dismiss: 'dismissed',
  cannot_tell: 'cannot_tell',
};

export const isOpen = (sent: Sent): boolean =>
  sent.state === 'sending' || sent.state === 'retrying' || sent.state === 'signed_out';

export class Outbox {
  private list: readonly Sent[];
  private readonly followers = new Set<() => void>();
  private readonly timers = new Map<string, ReturnType<typeof setTimeout>>();
  private closed = false;

  constructor(
    private readonly keep: Keep,
    private readonly settled: (sent: Sent, row: EventRow | null) => void,
    private readonly send: Send = sendDecision,
    private readonly now: () => number = Date.now,
  ) {
    this.list = keep.load().map((s) => ({ ...s, state: 'retrying' as const }));
  }

  /** Sends what was left of an earlier page. */
  start(): void {
    this.closed = false;
    for (const sent of this.list) if (isOpen(sent)) void this.attempt(sent.key);
  }

  close(): void {
    this.closed = true;
    for (const timer of this.timers.values()) clearTimeout(timer);
    this.timers.clear();
  }

  all = (): readonly Sent[] => this.list;
  follow = (f: () => void): (() => void) => {
    this.followers.add(f);
    return () => this.followers.delete(f);
  };

  /** The decision on an event that is on its way or has arrived. */
  of(event: string): Sent | undefined {
    return this.list.findLast((s) => s.event === event && s.state !== 'refused');
  }

  add(row: Pick<EventRow, 'id' | 'kind_name' | 'version'>, body: DecisionBody): void {
    const sent: Sent = {
      key: body.request_key,
      event: row.id,
      name: row.kind_name,
      version: row.version,
      body,
      at: this.now(),
      state: 'sending',
      stuckSince: null,
      tries: 0,
      why: null,
      current: null,
    };
    this.put([...this.list, sent]);
    void this.attempt(sent.key);
  }

  /** Tries everything that waits, at once: the network or the session came back. */
  wake(): void {
    for (const sent of this.list)
      if (sent.state === 'retrying' || sent.state === 'signed_out') {
        clearTimeout(this.timers.get(sent.key));
        void this.attempt(sent.key);
      }
  }

  /** Takes one that is done with from the list. */
  forget(key: string): void {
    this.put(this.list.filter((s) => s.key !== key || isOpen(s)));
  }

  private readonly flying = new Set<string>();

  private async attempt(key: string): Promise<void> {
    const sent = this.list.find((s) => s.key === key);
    if (!sent || this.closed || this.flying.has(key)) return;
    this.flying.add(key);
    this.timers.delete(key);
    try {
      const row = await this.send(sent.event, sent.version, sent.body);
      this.change(key, { state: 'sent', stuckSince: null, why: null });
      this.settled(sent, row);
    } catch (error) {
      this.failed(sent, error);
    } finally {
      this.flying.delete(key);
    }
  }

  private failed(sent: Sent, error: unknown): void {
    const refusal = error instanceof ApiError ? error : null;
    const tries = sent.tries + 1;
    const stuckSince = sent.stuckSince ?? this.now();
    const why = refusal?.text ?? { vi: String(error), en: String(error) };
    if (refusal?.status === 401) {
      this.change(sent.key, { state: 'signed_out', stuckSince, tries, why });
      this.settled(sent, null);
      return;
    }
    if (refusal?.passing) {
      this.change(sent.key, { state: 'retrying', stuckSince, tries, why });
      if (this.closed) return;
      const wait = Math.min(500 * 2 ** Math.min(tries, 6), LONGEST_WAIT);
      this.timers.set(
        sent.key,
        setTimeout(() => void this.attempt(sent.key), wait),
      );
      return;
    }
    const current = refusal?.body.current as EventRow | undefined;
    if (refusal?.status === 409 && current) {
      this.change(sent.key, {
        state: 'conflict',
        stuckSince: null,
        why,
        current: {
          status: current.status,
          by: (refusal.body.decided_by as string | undefined) ?? null,
          at: (refusal.body.decided_at as string | undefined) ?? null,
        },
      });
      this.settled(sent, current);
      return;
    }
    this.change(sent.key, { state: 'refused', stuckSince: null, why });
    this.settled(sent, null);
  }

  private change(key: string, how: Partial<Sent>): void {
    this.put(this.list.map((s) => (s.key === key ? { ...s, ...how } : s)));
  }

  private put(list: Sent[]): void {
    const done = list.filter((s) => s.state === 'sent').slice(0, -SHOWN);
    this.list = done.length > 0 ? list.filter((s) => !done.includes(s)) : list;
    this.keep.save(this.list.filter(isOpen));
    for (const f of this.followers) f();
  }
}

/** Keeps what is open in this browser, for one user: another one never sends it. */
export function browserKeep(user: string): Keep {
  const name = `streetward.outbox.${user}`;
  return {
    load: () => {
      try {
        const kept: unknown = JSON.parse(localStorage.getItem(name) ?? '[]');
        return Array.isArray(kept) ? (kept as Sent[]) : [];
      } catch {
        return [];
      }
    },
    save: (open) => {
      try {
        if (open.length > 0) localStorage.setItem(name, JSON.stringify(open));
        else localStorage.removeItem(name);
      } catch {
        // Without storage the decisions stay on this page, and are sent from here.
      }
    },
  };
}
