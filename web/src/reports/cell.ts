/** A report's figures as people read them, as the files write them too. */

import type { Cell } from '../api/reports';

export type Language = 'vi' | 'en';
const TAGS = { vi: 'vi-VN', en: 'en-GB' } as const;
const MONTHS = 'Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec'.split(' ');

export function number(value: number | null, decimals: number, language: Language): string {
  if (value === null || !Number.isFinite(value)) return '–';
  const how = { minimumFractionDigits: decimals, maximumFractionDigits: decimals };
  const text = new Intl.NumberFormat(TAGS[language], how).format(Math.abs(value));
  return value < 0 && /[1-9]/.test(text) ? `−${text}` : text;
}

export function day(written: string, language: Language): string {
  const [y, m, d] = written.split('-');
  return language === 'vi' ? `${d}/${m}/${y}` : `${Number(d)} ${MONTHS[Number(m) - 1]} ${y}`;
}

/** In the unit that fits. */
function length(seconds: number | null, language: Language): string {
  if (seconds === null) return '–';
  const s = Math.abs(seconds);
  const [of, decimals, vi, en] =
    s < 59.95
      ? ([1, 0, 'giây', 's'] as const)
      : s < 3597
        ? ([60, 1, 'phút', 'min'] as const)
        : s < 48 * 3600
          ? ([3600, 1, 'giờ', 'h'] as const)
          : ([86_400, 1, 'ngày', 'days'] as const);
  return `${number(seconds / of, decimals, language)} ${language === 'vi' ? vi : en}`;
}

export function shown(cell: Cell, language: Language): string {
  switch (cell.kind) {
    case 'nothing':
      return '–';
    case 'words':
      return cell.value[language];
    case 'count':
      return number(cell.value, 0, language);
    case 'change':
      return `${(cell.value ?? 0) > 0 ? '+' : ''}${number(cell.value, 0, language)}`;
    case 'number':
      return number(cell.value[0], cell.value[1], language);
    case 'share':
      return cell.value === null ? '–' : `${number(100 * cell.value, 1, language)}%`;
    case 'seconds':
      return length(cell.value, language);
    case 'day':
      return day(cell.value, language);
    case 'dong':
      return `${number(cell.value, 0, language)} ${language === 'vi' ? 'đ' : 'VND'}`;
  }
}

/** Whether it stands to the right of its column. */
export const isNumber = (cell: Cell): boolean => cell.kind !== 'words' && cell.kind !== 'day';
