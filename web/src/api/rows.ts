/** A row that has changed, brought into what pages hold of it: lists stay as they stand. */

import type { InfiniteData, QueryClient } from '@tanstack/react-query';
import { eventQuery } from './events';
import type { EventPage, EventRow } from './types';

export function inPages(
  pages: InfiniteData<EventPage>,
  row: EventRow,
): InfiniteData<EventPage> | undefined {
  const older = (r: EventRow) => r.id === row.id && r.version <= row.version;
  if (!pages.pages.some((page) => page.items.some(older))) return pages;
  return {
    ...pages,
    pages: pages.pages.map((page) => ({
      ...page,
      items: page.items.map((r) => (older(r) ? { ...r, ...row } : r)),
    })),
  };
}

export function putRow(client: QueryClient, row: EventRow): void {
  client.setQueryData(eventQuery(row.id).queryKey, (old) =>
    old && old.version <= row.version ? { ...old, ...row } : old,
  );
  client.setQueriesData<InfiniteData<EventPage>>({ queryKey: ['events'] }, (old) =>
    old ? inPages(old, row) : old,
  );
}
