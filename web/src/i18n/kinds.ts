/** The kinds of violation, for lists to choose from; events bring their own names. */

import type { Domain, Text } from '../api/types';
import catalogue from './kinds.json';

type Kind = Text & { domain: Domain };

/** By name. */
export const kinds = catalogue as Record<string, Kind>;

/** The kinds of those domains, by name. */
export const kindsIn = (domains: readonly Domain[] | 'all'): [string, Kind][] =>
  Object.entries(kinds).filter(([, kind]) => domains === 'all' || domains.includes(kind.domain));
