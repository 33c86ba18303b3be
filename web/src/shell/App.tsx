/** What every page stands in: look, language, queries, routes. */

import { localStorageColorSchemeManager, MantineProvider } from '@mantine/core';
import { Notifications } from '@mantine/notifications';
import { QueryClientProvider } from '@tanstack/react-query';
import { RouterProvider } from '@tanstack/react-router';
import { useState } from 'react';
import classes from './App.module.css';
import { AwayNotice } from './AwayNotice';
import { styleNonce } from './nonce';
import { makeClient } from './queries';
import { makeRouter } from './router';
import { theme } from './theme';

const scheme = localStorageColorSchemeManager({ key: 'streetward.scheme' });

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
