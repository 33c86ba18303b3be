/** Who is signed in. */

import { queryOptions, useQuery, useQueryClient } from '@tanstack/react-query';
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

export function useMay(permission: Permission): boolean {
  return useQuery(meQuery).data?.permissions.includes(permission) ?? false;
}

export type Credentials = { user: string; password: string; totp?: string; language: string };

export function useSignIn() {
  const client = useQueryClient();
  return async (credentials: Credentials) => {
    const me = await ask<Me>('/login', { method: 'POST', body: credentials });
    setCsrf(me.csrf);
    client.clear();
    client.setQueryData(meQuery.queryKey, me);
    return me;
  };
}

export function useSignOut() {
  const client = useQueryClient();
  return async () => {
    await ask('/logout', { method: 'POST' });
    setCsrf(null);
    client.clear();
    client.setQueryData(meQuery.queryKey, null);
  };
}
