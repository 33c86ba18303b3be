/** Who events can be given to: agencies of the site, and people within the asker's scope. */

import { queryOptions } from '@tanstack/react-query';
import { ask } from './client';
import type { Role } from './types';

export type Agency = {
  id: string;
  name: string;
  acknowledge_minutes: number;
  decide_hours: number;
};

export const agenciesQuery = queryOptions({
  queryKey: ['agencies'],
  queryFn: () => ask<Agency[]>('/agencies'),
  staleTime: 5 * 60_000,
});

export type Person = {
  id: string;
  name: string;
  full_name: string;
  role: Role;
  agency: string | null;
};

export const peopleQuery = queryOptions({
  queryKey: ['people'],
  queryFn: () => ask<Person[]>('/people'),
  staleTime: 60_000,
});
