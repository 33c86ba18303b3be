/** Who is signed in. */

import { queryOptions, useQuery, useQueryClient, type QueryClient } from '@tanstack/react-query';
import { forgetDismissed } from '../account/dismissed';
import { ApiError, ask, setCsrf } from './client';
import type { Me, Permission } from './types';

export const meQuery = queryOptions({
  queryKey: ['me'],
  queryFn: async (): Promise<Me | null> => {
    try {
      const me = await ask<Me>('/me');
      setCsrf(me.csrf);
      return me;
    } catch (error) {
      if (error instanceof ApiError && error.status === 401) return null;
      throw error;
    }
  },
  staleTime: 60_000,
});

/** Whoever is signed in; only within pages that need it. */
export function useMe(): Me {
  const me = useQuery(meQuery).data;
  if (!me) throw new Error('nobody is signed in');
  return me;
}

/** Takes over what the server said of whoever is signed in, with a session begun anew. */
export function keepMe(client: QueryClient, me: Me): void {
  setCsrf(me.csrf);
  client.setQueryData(meQuery.queryKey, me);
}

/** Whether this account signs in with one-time codes besides its password. */
export const codesOn = (me: Me): boolean => me.totp_on ?? me.totp ?? false;

export function useMay(permission: Permission): boolean {
  return useQuery(meQuery).data?.permissions.includes(permission) ?? false;
}

export type Credentials = { user: string; password: string; totp?: string; language: string };

export function useSignIn() {
  const client = useQueryClient();
  return async (credentials: Credentials) => {
    const me = await ask<Me>('/login', { method: 'POST', body: credentials, saves: false });
    client.clear();
    forgetDismissed();
    keepMe(client, me);
    return me;
  };
}

export function useSignOut() {
  const client = useQueryClient();
  return async () => {
    await ask('/logout', { method: 'POST', saves: false });
    setCsrf(null);
    client.clear();
    client.setQueryData(meQuery.queryKey, null);
  };
}
