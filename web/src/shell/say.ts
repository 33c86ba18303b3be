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

export function useErrorText() {
  const say = useSay();
  return (error: unknown): string =>
    error instanceof ApiError ? say(error.text) : error instanceof Error ? error.message : String(error);
}

const formats = new Map<string, Intl.DateTimeFormat>();
function format(language: string, kind: 'day' | 'time' | 'short'): Intl.DateTimeFormat {
  const key = `${language}/${kind}`;
  const known = formats.get(key);
  if (known) return known;
  const day = { day: '2-digit', month: '2-digit', year: 'numeric' } as const;
  const time = { hour: '2-digit', minute: '2-digit', hour12: false } as const;
  const parts = {
    day,
    time: { ...day, ...time, second: '2-digit' },
    short: { day: '2-digit', month: '2-digit', ...time },
  } as const;
  const made = new Intl.DateTimeFormat(language === 'en' ? 'en-GB' : 'vi-VN', {
    timeZone: ZONE,
    ...parts[kind],
  });
  formats.set(key, made);
  return made;
}

/** Times of day in Vietnam's time, whatever the browser's zone. */
export function useTimes() {
  const { i18n, t } = useTranslation();
  const language = i18n.language;
  const of = (kind: 'day' | 'time' | 'short') => (utc: string | null | undefined) =>
    utc ? format(language, kind).format(new Date(utc)) : '–';
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
