/** One way to the server: adds the CSRF word, reads its errors, gives up after a while. */

import { isAway, noteAnswer } from './away';
import { background } from './presence';
import type { Text } from './types';

/** What the server answered when it did not do as asked. */
export class ApiError extends Error {
  constructor(
    /** HTTP status; 0: the server was not reached. */
    readonly status: number,
    readonly code: string,
    readonly text: Text,
    readonly next: string | null,
    /** The whole answer, for what some errors carry besides. */
    readonly body: Record<string, unknown>,
  ) {
    super(text.en);
  }

  /** Whether the same request may succeed later without anything being done. */
  get passing(): boolean {
    return this.status === 0 || this.status === 429 || this.status >= 500;
  }

  /** Whether it will succeed as soon as the server or its database is there again. */
  get away(): boolean {
    return isAway(this.code);
  }
}

export const unreachable: Text = {
  vi: 'Không kết nối được máy chủ. Kiểm tra mạng; hệ thống sẽ tự thử lại.',
  en: 'The server cannot be reached. Check the network; it is tried again by itself.',
};

const BASE = '/api/v1';
let csrf: string | null = null;

/** The word that every change must carry; it comes with `/me`. */
export function setCsrf(token: string | null): void {
  csrf = token;
}

export type Ask = {
  method?: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  body?: unknown;
  /** Sent as it is, in place of a body. */
  file?: Blob;
  /** The version that the change was made upon. */
  ifMatch?: string;
  seconds?: number;
};

export async function ask<T>(path: string, how: Ask = {}): Promise<T> {
  return (await askWithTag<T>(path, how)).value;
}

/** As `ask`, with the answer's ETag. */
export async function askWithTag<T>(
  path: string,
  { method = 'GET', body, file, ifMatch, seconds = 15 }: Ask = {},
): Promise<{ value: T; tag: string | null }> {
  const headers: Record<string, string> = { Accept: 'application/json' };
  if (method === 'GET') Object.assign(headers, background());
  if (body !== undefined) headers['Content-Type'] = 'application/json';
  if (file) headers['Content-Type'] = 'application/octet-stream';
  if (method !== 'GET' && csrf) headers['X-CSRF-Token'] = csrf;
  if (ifMatch !== undefined) headers['If-Match'] = ifMatch;
  let answer: Response;
  try {
    answer = await fetch(BASE + path, {
      method,
      headers,
      credentials: 'same-origin',
      body: file ?? (body === undefined ? null : JSON.stringify(body)),
      signal: AbortSignal.timeout(seconds * 1000),
    });
  } catch {
    noteAnswer('unreachable');
    throw new ApiError(0, 'unreachable', unreachable, null, {});
  }
  const text = await answer.text().catch(() => '');
  const parsed = parse(text);
  const refused = answer.ok ? null : refusal(answer.status, parsed);
  noteAnswer(refused?.code ?? null);
  if (refused) throw refused;
  return { value: parsed as T, tag: answer.headers.get('ETag') };
}

function parse(text: string): unknown {
  if (text === '') return undefined;
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function refusal(status: number, parsed: unknown): ApiError {
  const body = (parsed ?? {}) as Record<string, unknown>;
  const error = (body.error ?? {}) as Record<string, string | undefined>;
  const en = error.message ?? `The server answered ${status}.`;
  const vi = error.message_vi ?? `Máy chủ trả lời ${status}.`;
  return new ApiError(status, error.code ?? `http_${status}`, { vi, en }, error.next ?? null, body);
}

/** `?a=1&b=2` of what is set. */
export function queryOf(values: Record<string, string | number | boolean | null | undefined>) {
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(values))
    if (value !== undefined && value !== null && value !== '') query.set(name, String(value));
  const text = query.toString();
  return text === '' ? '' : `?${text}`;
}
