/** Texts and times in the reader's language. */

import { useTranslation } from 'react-i18next';
import { ApiError } from '../api/client';
import type { Text } from '../api/types';

const ZONE = 'Asia/Ho_Chi_Minh';

/** The language's text. */
export function useSay() {
  const { i18n } = useTranslation();
  const vi = i18n.language !== 'en';
  return (text: Text | null | undefined): string => (text ? (vi ? text.vi : text.en) : '');
}

/** What the server adds where it knows nothing better. */
const PLAIN = 'Correct it and try again.';

/** All that the server says: what is wrong, what in particular, and what can be done. */
export function useErrorText() {
  const say = useSay();
  return (error: unknown): string =>
    error instanceof ApiError
      ? [
          say(error.text),
          // Of what is not understood nothing else says what it is.
          error.code === 'bad_request' && error.detail ? `(${error.detail})` : '',
          error.next?.en === PLAIN ? '' : say(error.next),
        ]
          .filter(Boolean)
          .join(' ')
      : error instanceof Error
        ? error.message
        : String(error);
}

const parts = new Intl.DateTimeFormat('en-GB', {
  timeZone: ZONE,
  day: '2-digit',
  month: '2-digit',
  year: 'numeric',
  hour: '2-digit',
  minute: '2-digit',
  second: '2-digit',
  hour12: false,
});

/** Both languages write days first and hours of 24 here. */
export function written(kind: 'day' | 'time' | 'short', utc: string): string {
  const at = new Date(utc);
  if (Number.isNaN(at.getTime())) return '–';
  const of = Object.fromEntries(parts.formatToParts(at).map((p) => [p.type, p.value]));
  const day = `${of.day}/${of.month}`;
  if (kind === 'day') return `${day}/${of.year}`;
  const minute = `${of.hour}:${of.minute}`;
  return kind === 'short' ? `${minute} ${day}` : `${minute}:${of.second} ${day}/${of.year}`;
}

/** A date of the local calendar, `2026-08-15`, as it is written here. */
export const dated = (day: string): string => day.split('-').reverse().join('/');

/** Times of day in Vietnam's time, whatever the browser's zone. */
export function useTimes() {
  const { t } = useTranslation();
  const of = (kind: 'day' | 'time' | 'short') => (utc: string | null | undefined) =>
    utc ? written(kind, utc) : '–';
  /** How long ago or until then: `12 phút`, `3 giờ`. */
  const span = (seconds: number): string => {
    const s = Math.abs(seconds);
    if (s < 90) return t('time.seconds', { count: Math.round(s) });
    if (s < 5400) return t('time.minutes', { count: Math.round(s / 60) });
    if (s < 172_800) return t('time.hours', { count: Math.round(s / 3600) });
    return t('time.days', { count: Math.round(s / 86_400) });
  };
  return { day: of('day'), time: of('time'), short: of('short'), span };
}
