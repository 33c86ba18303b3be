/** The rows that wait, in the order they were fetched in: a row does not jump while it is read. */

import { useInfiniteQuery, useQueryClient } from '@tanstack/react-query';
import { useMemo } from 'react';
import { eventsQuery, type EventFilter } from '../api/events';
import { fresh } from '../api/ServerNews';
import type { EventRow } from '../api/types';

export type Queue = {
  rows: EventRow[];
  total: number;
  exact: boolean;
  loading: boolean;
  error: unknown;
  more: () => void;
  refresh: () => Promise<void>;
};

export function useQueue(filter: EventFilter): Queue {
  const client = useQueryClient();
  const options = eventsQuery(filter);
  const query = useInfiniteQuery({ ...options, staleTime: Infinity });
  const rows = useMemo(() => {
    const seen = new Set<string>();
    return (query.data?.pages ?? [])
      .flatMap((page) => page.items)
      .filter((row) => !seen.has(row.id) && seen.add(row.id));
  }, [query.data]);
  const last = query.data?.pages.at(-1);
  return {
    rows,
    total: Math.max(rows.length, last?.total_at_least ?? 0),
    exact: !last?.next || last.total_exact !== false,
    loading: query.isPending,
    error: query.error,
    more: () => {
      if (query.hasNextPage && !query.isFetchingNextPage) void query.fetchNextPage();
    },
    refresh: async () => {
      fresh.set(0);
      await client.resetQueries({ queryKey: options.queryKey });
    },
  };
}
