/** A report as the server makes it: sections of tables and charts, in both languages. */

import { queryOptions } from '@tanstack/react-query';
import { ask, queryOf } from './client';
import type { Text } from './types';

export type Cell =
  | { kind: 'nothing' }
  | { kind: 'words'; value: Text }
  | { kind: 'count' | 'change' | 'share' | 'seconds' | 'dong'; value: number | null }
  /** The number and how many decimals are shown. */
  | { kind: 'number'; value: [number | null, number] }
  | { kind: 'day'; value: string };

export type Table = {
  key: string;
  title: Text;
  columns: { key: string; title: Text }[];
  rows: Cell[][];
  total: Cell[] | null;
  definitions: Text[];
};
export type Chart = {
  title: Text;
  /** Bars lie beneath each other, columns stand side by side; both stacked. */
  style: 'bars' | 'columns' | 'lines';
  labels: Text[];
  series: { name: Text; values: (number | null)[] }[];
  unit: Text;
};
export type Block =
  { paragraph: Text } | { table: Table } | { chart: Chart } | { picture: { caption: Text } };
export type Report = {
  name: string;
  title: Text;
  /** First and last local day, both included. */
  days: [string, string] | null;
  made_on: string;
  sections: { title: Text; blocks: Block[] }[];
};

export type ReportAsk = Record<string, string | undefined>;
export type FileFormat = 'html' | 'csv' | 'xlsx' | 'docx';

/** A year of a large city takes the server some seconds. */
const SECONDS = 60;

export const reportQuery = (asked: ReportAsk) =>
  queryOptions({
    queryKey: ['reports', asked],
    queryFn: () => ask<Report>(`/reports/figures${queryOf(asked)}`, { seconds: SECONDS }),
    staleTime: 60_000,
  });

/** Where the report lies as a file. */
export const fileAddress = (asked: ReportAsk, format: FileFormat, language: string): string =>
  `/api/v1/reports/file${queryOf({ ...asked, format, language })}`;
