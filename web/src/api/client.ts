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
    /** What can be done. */
    readonly next: Text | null,
    /** The whole answer, for what some errors carry besides. */
    readonly body: Record<string, unknown>,
  ) {
    super(text.en);
  }

  /** What is wrong in particular, in English. */
  get detail(): string | null {
    const error = this.body.error as { detail?: unknown } | undefined;
    return typeof error?.detail === 'string' && error.detail !== '' ? error.detail : null;
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

/** Of a change that was sent and not answered: nothing sends it again but the outbox, with its key. */
export const unconfirmed: Text = {
  vi: 'Không kết nối được máy chủ. Chưa rõ đã lưu hay chưa; hãy tải lại để xem rồi gửi lại nếu cần.',
  en: 'The server cannot be reached. It is not known whether this was saved; load the page again to see, and send it again if need be.',
};

/** The same of what saves nothing, and of files: nothing asks for them again. */
export const unanswered: Text = {
  vi: 'Không kết nối được máy chủ. Kiểm tra mạng rồi thực hiện lại.',
  en: 'The server cannot be reached. Check the network and try again.',
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
  /** Whether it may change something; anything but a GET, unless this says otherwise. */
  saves?: boolean;
  seconds?: number;
};

export async function ask<T>(path: string, how: Ask = {}): Promise<T> {
  return (await askWithTag<T>(path, how)).value;
}

/** As `ask`, with the answer's ETag. */
export async function askWithTag<T>(
  path: string,
  { method = 'GET', body, file, ifMatch, saves, seconds = 15 }: Ask = {},
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
    const text = method === 'GET' ? unreachable : saves === false ? unanswered : unconfirmed;
    throw new ApiError(0, 'unreachable', text, null, {});
  }
  const text = await answer.text().catch(() => '');
  const refused = answer.ok ? null : refusalOf(answer.status, text);
  noteAnswer(refused?.code ?? null);
  if (refused) throw refused;
  return { value: parse(text) as T, tag: answer.headers.get('ETag') };
}

function parse(text: string): unknown {
  if (text === '') return undefined;
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** What an answer that is none says. */
export function refusalOf(status: number, text: string): ApiError {
  const body = (parse(text) ?? {}) as Record<string, unknown>;
  const error = (body.error ?? {}) as Record<string, string | undefined>;
  const en = error.message ?? `The server answered ${status}.`;
  const vi = error.message_vi ?? `Máy chủ trả lời ${status}.`;
  const next = error.next && error.next_vi ? { en: error.next, vi: error.next_vi } : null;
  return new ApiError(status, error.code ?? `http_${status}`, { vi, en }, next, body);
}

/** `?a=1&b=2` of what is set. */
export function queryOf(values: Record<string, string | number | boolean | null | undefined>) {
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(values))
    if (value !== undefined && value !== null && value !== '') query.set(name, String(value));
  const text = query.toString();
  return text === '' ? '' : `?${text}`;
}
