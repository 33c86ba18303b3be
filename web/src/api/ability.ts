/**
 * What the server at hand can do, read from its own description (`/openapi.json`): a page offers
 * nothing that the server does not know.
 */

import { queryOptions, useQuery } from '@tanstack/react-query';
import { ask } from './client';

type Described = {
  paths?: Record<
    string,
    Record<string, { parameters?: { name?: string; in?: string }[] } | undefined> | undefined
  >;
};

const abilityQuery = queryOptions({
  queryKey: ['ability'],
  queryFn: () => ask<Described>('/openapi.json'),
  staleTime: Infinity,
});

const bare = (path: string) => path.replace(/^\/api\/v1/, '').replace(/\{[^}]*\}/g, '{}');

export type Ability = {
  /** Whether there is such a route: `can('get', '/cameras/{}/scene')`. */
  can: (method: string, path: string) => boolean;
  /** Whether a route's query knows a name. */
  takes: (path: string, name: string) => boolean;
};

export function abilityOf(described: Described | undefined): Ability {
  const routes = new Map(Object.entries(described?.paths ?? {}).map(([p, r]) => [bare(p), r]));
  return {
    can: (method, path) => routes.get(path)?.[method] !== undefined,
    takes: (path, name) =>
      routes.get(path)?.get?.parameters?.some((p) => p.name === name && p.in === 'query') ?? false,
  };
}

export function useAbility(): Ability {
  return abilityOf(useQuery(abilityQuery).data);
}

/** The same for a page that would be empty without it, and says why. */
export function useAbilityQuery() {
  const query = useQuery(abilityQuery);
  return { ...abilityOf(query.data), query };
}
