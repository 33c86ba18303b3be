/** What a machine made of an event's plate. */

import { queryOptions } from '@tanstack/react-query';
import { ask } from './client';

export type PlateReading = {
  state: 'read' | 'cannot_read' | 'no_vehicle' | 'no_model';
  plate: string | null;
  /** Pictures that show this plate. */
  agree: number;
  /** Pictures that were looked at. */
  pictures: number;
  why: 'no_text' | 'unclear' | 'disagree' | 'once_only' | null;
};

export const plateQuery = (event: string) =>
  queryOptions({
    queryKey: ['plate', event],
    queryFn: () => ask<PlateReading>(`/events/${encodeURIComponent(event)}/plate`, { seconds: 30 }),
    // Evidence does not change; what cannot be had is no trouble to whoever types.
    staleTime: Infinity,
    retry: false,
  });
