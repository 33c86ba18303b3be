/** How everything is asked for: tried again while it may come, and what ends a session noticed. */

import { QueryCache, QueryClient } from '@tanstack/react-query';
import { ApiError } from '../api/client';
import { meQuery } from '../api/me';

export function makeClient(): QueryClient {
  const client: QueryClient = new QueryClient({
    // Whichever page hears first that the session has ended: the way leads to the door and back;
    // or that the password was set by somebody else meanwhile: to where it is changed.
    queryCache: new QueryCache({
      onError: (error) => {
        if (!(error instanceof ApiError)) return;
        if (error.status === 401) client.setQueryData(meQuery.queryKey, null);
        else if (error.code === 'password_change_needed')
          void client.invalidateQueries({ queryKey: meQuery.queryKey });
      },
    }),
    defaultOptions: {
      queries: {
        // What the server refused stays refused; what did not arrive is asked for again, for as long
        // as the server or its database is away.
        retry: (count, error) =>
          error instanceof ApiError && (error.away || (count < 4 && error.passing)),
        retryDelay: (count) => Math.min(1000 * 2 ** count, 5000),
        refetchOnWindowFocus: false,
        gcTime: 5 * 60_000,
        // The app itself finds out whether the server is there; a browser's word is not enough.
        networkMode: 'always',
      },
      mutations: { networkMode: 'always' },
    },
  });
  return client;
}
