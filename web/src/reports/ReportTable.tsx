/** One table of a report, with how its figures are defined under it. */

import { Button, Table } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Cell, Table as Content } from '../api/reports';
import { isNumber, shown, type Language } from './cell';
import classes from './Reports.module.css';

type Props = { table: Content; number: number; language: Language };
/** Longer tables begin with so many rows; days follow each other, and stay whole. */
const LONG = 30;
const FIRST = 20;
const WHOLE = ['by_day'];

export function ReportTable({ table, number, language }: Props) {
  const { t } = useTranslation();
  const [all, setAll] = useState(false);
  const cut = !all && table.rows.length > LONG && !WHOLE.includes(table.key);
  const shownRows = cut ? table.rows.slice(0, FIRST) : table.rows;
  const rest = table.rows.length - shownRows.length;
  const word = table.key === 'by_camera' ? 'reports.moreCameras' : 'reports.moreRows';
  const fixed = t('reports.table', { lng: language });
  const title = `${fixed} ${number}. ${table.title[language]}`;
  const numeric = table.columns.map((_, i) => {
    const cells = [...table.rows, ...(table.total ? [table.total] : [])].map((row) => row[i]);
    const told = cells.filter((c): c is Cell => c !== undefined && c.kind !== 'nothing');
    return told.length > 0 && told.every(isNumber);
  });
  const fields = (row: Cell[]) =>
    row.map((cell, i) =>
      i === 0 ? (
        <Table.Th key={i} scope="row" className={classes.first}>
          {shown(cell, language)}
        </Table.Th>
      ) : (
        <Table.Td key={i} className={isNumber(cell) ? classes.n : undefined}>
          {shown(cell, language)}
        </Table.Td>
      ),
    );
  return (
    <div className={classes.block} lang={language}>
      <Table.ScrollContainer
        className={classes.scroll}
        minWidth={Math.max(320, 90 * table.columns.length)}
        type="native"
        tabIndex={0}
        role="region"
        aria-label={title}
      >
        <Table className={classes.table} captionSide="top">
          <Table.Caption className={classes.caption}>{title}</Table.Caption>
          <Table.Thead>
            <Table.Tr>
              {table.columns.map((column, i) => (
                <Table.Th key={column.key} className={numeric[i] ? classes.n : undefined}>
                  {column.title[language]}
                </Table.Th>
              ))}
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {shownRows.map((row, i) => (
              <Table.Tr key={i}>{fields(row)}</Table.Tr>
            ))}
            {table.rows.length === 0 && (
              <Table.Tr>
                <Table.Td colSpan={table.columns.length}>
                  {t('reports.nothing', { lng: language })}
                </Table.Td>
              </Table.Tr>
            )}
          </Table.Tbody>
          {table.total && (
            <Table.Tfoot>
              <Table.Tr>{fields(table.total)}</Table.Tr>
            </Table.Tfoot>
          )}
        </Table>
      </Table.ScrollContainer>
      {cut && (
        <p className={classes.more}>
          {t(word, { count: rest, lng: language })}{' '}
          <Button
            className="no-print"
            variant="subtle"
            size="compact-sm"
            onClick={() => setAll(true)}
          >
            {t('reports.showAll', { lng: language })}
          </Button>
        </p>
      )}
      {table.definitions.length > 0 && (
        <details className={classes.definitions}>
          <summary>
            {t('reports.definitions', { lng: language })}
            <span className="hidden-visually"> ({title})</span>
          </summary>
          <ul>
            {table.definitions.map((text) => (
              <li key={text.en}>{text[language]}</li>
            ))}
          </ul>
        </details>
      )}
    </div>
  );
}
