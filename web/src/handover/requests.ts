/** Requests for evidence by other agencies, and their packs, as the server tells them. */

import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query';
import { ask, queryOf } from '../api/client';

export type RequestState = 'asked' | 'approved' | 'refused' | 'packed' | 'expired';
export const STATES: RequestState[] = ['asked', 'approved', 'packed', 'refused', 'expired'];

type PersonName = { id: string; name: string };
export type Step = { at: string; action: string; who: string; note: string | null };
export type RequestedRange = {
  from_utc: string;
  to_utc: string;
  camera?: string;
  kind?: string;
  ward?: string;
  domain?: string;
  /** Events of it that nobody has decided on; they do not go along. */
  undecided: number;
  /** Confirmed ones whose evidence was removed. */
  without_evidence: number;
};
export type HandoverRequest = {
  id: string;
  state: RequestState;
  agency: string;
  receiver: string;
  purpose: string;
  legal_basis: string;
  valid_days: number;
  asked_by: PersonName;
  asked_utc: string;
  decided_by: PersonName | null;
  decided_utc: string | null;
  decision_note: string | null;
  /** Its pack could not be made. */
  trouble: boolean;
  /** An event of its pack was opened again or dismissed since. */
  withdrawn: boolean;
  may_decide: boolean;
  /** One that was allowed too, once its pack could not be made. */
  may_refuse: boolean;
  range?: RequestedRange | null;
  events: string[];
  pack: {
    id: string;
    made_utc: string;
    expires_utc: string;
    bytes: number;
    sha256: string;
    key: string;
  } | null;
  history?: Step[];
};
type Page = { items: HandoverRequest[]; next: string | null };

export const requestsQuery = (state: RequestState | '') =>
  infiniteQueryOptions({
    queryKey: ['requests', 'all', state],
    queryFn: ({ pageParam }) => ask<Page>(`/requests${queryOf({ state, before: pageParam })}`),
    initialPageParam: '',
    getNextPageParam: (last) => last.next ?? undefined,
    // A pack is made by and by.
    refetchInterval: (query) => {
      const all = query.state.data?.pages.flatMap((page) => page.items) ?? [];
      return all.some((r) => r.state === 'approved' && !r.trouble) ? 3000 : 30000;
    },
  });

export const requestQuery = (id: string) =>
  queryOptions({
    queryKey: ['requests', 'one', id],
    queryFn: () => ask<Page>(`/requests${queryOf({ id })}`).then((page) => page.items[0] ?? null),
  });

/** Ids as people paste them: one a line, or divided by commas or blanks; each once. */
export function idsOf(text: string): string[] {
  return [...new Set(text.split(/[\s,;]+/).filter((id) => id !== ''))];
}

/** A range as it is entered: local days, both included. */
export type Days = {
  from: string;
  to: string;
  camera?: string;
  kind?: string;
  ward?: string;
  domain?: string;
};

/** The range as the server takes it, which ends before its end. */
export function rangeOf({ to, ...rest }: Days) {
  const end = new Date(`${to}T00:00:00Z`);
  if (Number.isNaN(end.getTime())) return { ...rest, to };
  end.setUTCDate(end.getUTCDate() + 1);
  return { ...rest, to: end.toISOString().slice(0, 10) };
}

export type Act = 'approve' | 'refuse' | 'note' | 'pack';

export const act = (id: string, step: Act, note?: string) =>
  ask<HandoverRequest>(`/requests/${encodeURIComponent(id)}/${step}`, {
    method: 'POST',
    body: step === 'pack' ? {} : note ? { note } : {},
  });

export const packAddress = (id: string) => `/api/v1/packs/${encodeURIComponent(id)}`;
