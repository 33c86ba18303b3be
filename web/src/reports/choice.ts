/** What a report is asked for, as it stands in the page's address. */

import type { ReportAsk } from '../api/reports';

export const PERIODS = ['day', 'week', 'month', 'half_year', 'year', 'range'] as const;
export type Period = (typeof PERIODS)[number];
export const FILTERS = ['ward', 'domain', 'kind', 'camera', 'agency'] as const;
export type Filter = (typeof FILTERS)[number];
const DAYS = ['on', 'from', 'to'] as const;

export type Choice = Partial<Record<Filter | (typeof DAYS)[number], string>> & {
  period?: Period;
  language?: 'vi' | 'en';
};

const isDay = (text: string) =>
  /^\d{4}-\d{2}-\d{2}$/.test(text) && !Number.isNaN(Date.parse(`${text}T00:00:00Z`));

/** Only what is known and sound. */
export function choiceOf(values: Record<string, unknown>): Choice {
  const text = (name: string) => {
    const value = values[name];
    return typeof value === 'string' || typeof value === 'number' ? String(value).trim() : '';
  };
  const choice: Choice = {};
  const period = PERIODS.find((p) => p === text('period'));
  if (period) choice.period = period;
  const language = text('language');
  if (language === 'vi' || language === 'en') choice.language = language;
  for (const name of DAYS) if (isDay(text(name))) choice[name] = text(name);
  for (const name of FILTERS) if (text(name) !== '') choice[name] = text(name);
  return choice;
}

/** The day it is in Vietnam, whatever the browser's zone. */
export const todayThere = (now = Date.now()): string =>
  new Date(now + 7 * 3_600_000).toISOString().slice(0, 10);

/**
 * What the server is asked: the period that a day lies in, or the days from one to another. Null while a
 * range is not whole.
 */
export function askOf(choice: Choice, today = todayThere()): ReportAsk | null {
  const { period = 'month', on, from, to, language: _, ...filters } = choice;
  if (period !== 'range') return { period, on: on ?? today, ...filters };
  return from && to && from <= to ? { from, to, ...filters } : null;
}

const moved = (day: string, days: number) =>
  new Date(Date.parse(`${day}T00:00:00Z`) + days * 86_400_000).toISOString().slice(0, 10);

/** A day of the period before, or after, that of `day`. */
export function stepped(period: Period, day: string, by: 1 | -1): string {
  if (period === 'day') return moved(day, by);
  if (period === 'week') return moved(day, 7 * by);
  const months = { month: 1, half_year: 6, year: 12, range: 0 }[period] * by;
  const at = new Date(`${day.slice(0, 7)}-01T00:00:00Z`);
  at.setUTCMonth(at.getUTCMonth() + months);
  return at.toISOString().slice(0, 10);
}
