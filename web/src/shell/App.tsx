/** What every page stands in: look, language, queries, routes. */

import { localStorageColorSchemeManager, MantineProvider } from '@mantine/core';
import { Notifications } from '@mantine/notifications';
import { QueryCache, QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { RouterProvider } from '@tanstack/react-router';
import { useState } from 'react';
import { ApiError } from '../api/client';
import { meQuery } from '../api/me';
import classes from './App.module.css';
import { AwayNotice } from './AwayNotice';
import { styleNonce } from './nonce';
import { makeRouter } from './router';
import { theme } from './theme';

const scheme = localStorageColorSchemeManager({ key: 'streetward.scheme' });

function makeClient(): QueryClient {
  const client: QueryClient = new QueryClient({
    // Whichever page hears first that the session has ended: the way leads to the door and back.
    queryCache: new QueryCache({
      onError: (error) => {
        if (error instanceof ApiError && error.status === 401)
          client.setQueryData(meQuery.queryKey, null);
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

export function App() {
  const [client] = useState(makeClient);
  const [router] = useState(() => makeRouter(client));
  return (
    <MantineProvider
      theme={theme}
      defaultColorScheme="auto"
      colorSchemeManager={scheme}
      getStyleNonce={styleNonce}
    >
      <QueryClientProvider client={client}>
        <Notifications position="top-right" limit={3} />
        <div className={classes.app}>
          <AwayNotice />
          <div className={classes.page}>
            <RouterProvider router={router} />
          </div>
        </div>
      </QueryClientProvider>
    </MantineProvider>
  );
}
