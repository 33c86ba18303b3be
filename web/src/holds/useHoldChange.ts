/** What must be asked for anew when evidence was kept or let go. */

import { useQueryClient } from '@tanstack/react-query';
import { eventQuery } from '../api/events';

export function useHoldChange() {
  const client = useQueryClient();
  return async (event: string) => {
    await Promise.all([
      client.invalidateQueries({ queryKey: ['holds'] }),
      client.invalidateQueries({ queryKey: eventQuery(event).queryKey }),
    ]);
  };
}
