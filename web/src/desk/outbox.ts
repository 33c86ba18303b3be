/**
 * Decisions on their way to the server. Each has a key of its own, so that sending it twice makes
 * one decision. What cannot be sent is kept (in this browser too) and sent again; nothing is given
 * up but what the server refused.
 */

import { ApiError } from '../api/client';
import { create } from '../api/signal';
import { sendDecision, type DecisionBody } from '../api/events';
import type { Action, EventRow, Status, Text } from '../api/types';

export type Sent = {
  /** The request's key. */
  key: string;
  event: string;
  /** What is shown of the event. */
  name: Text;
  /** The version that was seen. */
  version: number;
  /** The version that it made, once recorded. */
  made?: number;
  body: DecisionBody;
  /** When the officer decided; milliseconds of the browser's clock. */
  at: number;
  state: 'sending' | 'retrying' | 'signed_out' | 'sent' | 'conflict' | 'refused';
  /** Since when it cannot be sent; milliseconds. */
  stuckSince: number | null;
  tries: number;
  why: Text | null;
  /** Of what was refused: the server's word for why. */
  code?: string;
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

/** Whether an action settles what the event waits for: a decision, or a second look at one. */
export const settles = (action: Action): boolean =>
  resultOf[action] !== undefined || action === 'agree';

/**
 * Whether what was sent is still how the event stands. It no longer is when the event has gone on
 * since: reopened, or changed by whoever came first.
 */
export const stands = (sent: Sent, version: number): boolean =>
  isOpen(sent) || version <= (sent.made ?? sent.version);

export const isOpen = (sent: Sent): boolean =>
  sent.state === 'sending' || sent.state === 'retrying' || sent.state === 'signed_out';

/** How many decisions of whoever is signed in are not recorded yet. */
export const openDecisions = create(0);

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
    return this.list.findLast(
      (s) => s.event === event && s.state !== 'refused' && settles(s.body.action),
    );
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
    if (!sent || this.closed || this.flying.has(key) || this.waitsFor(sent)) return;
    this.flying.add(key);
    this.timers.delete(key);
    try {
      const row = await this.send(sent.event, sent.version, sent.body);
      this.change(key, { state: 'sent', made: row.version, stuckSince: null, why: null });
      this.settled(sent, row);
      this.goOn(sent, row.version);
    } catch (error) {
      this.failed(sent, error);
    } finally {
      this.flying.delete(key);
    }
  }

  /** Whether something decided earlier on the same event has to arrive first. */
  private waitsFor(sent: Sent): boolean {
    const first = this.list.find((s) => s.event === sent.event && isOpen(s));
    return first !== undefined && first.key !== sent.key;
  }

  /** What was done next with the same event was done upon the version that this has made. */
  private goOn(before: Sent, version: number): void {
    const next = this.list.find((s) => s.event === before.event && isOpen(s));
    if (!next) return;
    if (next.version === before.version) this.change(next.key, { version });
    void this.attempt(next.key);
  }

  private failed(sent: Sent, error: unknown): void {
    const refusal = error instanceof ApiError ? error : null;
    const tries = sent.tries + 1;
    const stuckSince = sent.stuckSince ?? this.now();
    const why = refusal?.text ?? { vi: String(error), en: String(error) };
    // The session is over, or a password has to be changed first: kept until that is done.
    if (refusal?.status === 401 || refusal?.code === 'password_change_needed') {
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
      // What followed was decided without knowing this: it meets the same conflict, and is told.
      this.goOn(sent, sent.version);
      return;
    }
    const code = refusal?.code ?? '';
    this.change(sent.key, { state: 'refused', stuckSince: null, why, code });
    this.settled(sent, null);
    this.goOn(sent, sent.version);
  }

  private change(key: string, how: Partial<Sent>): void {
    this.put(this.list.map((s) => (s.key === key ? { ...s, ...how } : s)));
  }

  private put(list: Sent[]): void {
    const done = list.filter((s) => s.state === 'sent').slice(0, -SHOWN);
    this.list = done.length > 0 ? list.filter((s) => !done.includes(s)) : list;
    const open = this.list.filter(isOpen);
    openDecisions.set(open.length);
    this.keep.save(open);
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
