/** One chart of a report: drawn for the eye, the same as a table for screen readers and paper. */

import { BarChart, LineChart } from '@mantine/charts';
import '@mantine/charts/styles.css';
import { Table } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { Chart } from '../api/reports';
import { number, type Language } from './cell';
import classes from './Reports.module.css';

const COLOURS = ['#2f79b9', '#e08214', '#2f9e8f', '#9b6bc2', '#7d8790', '#c2584b'];
type Props = { chart: Chart; place: number; language: Language };

export function ReportChart({ chart, place, language }: Props) {
  const { t } = useTranslation();
  const fixed = t('reports.chart', { lng: language });
  const title = `${fixed} ${place}. ${chart.title[language]}`;
  const whole = chart.series.every((s) => s.values.every((v) => v === null || Number.isInteger(v)));
  const said = (value: number | null) => number(value, whole ? 0 : 1, language);
  const data = chart.labels.map((label, i) => ({
    name: label[language],
    ...Object.fromEntries(chart.series.map((s, n) => [`s${n}`, s.values[i] ?? null])),
  }));
  const series = chart.series.map((s, n) => ({
    name: `s${n}`,
    label: s.name[language],
    color: COLOURS[n % COLOURS.length] ?? '#2f79b9',
  }));
  const lying = chart.style === 'bars';
  const common = {
    data,
    dataKey: 'name',
    series,
    withLegend: series.length > 1,
    legendProps: { verticalAlign: 'bottom' as const },
    valueFormatter: said,
  };
  return (
    <figure className={classes.block} lang={language}>
      <figcaption className={classes.caption}>
        {title} <span className={classes.faint}>({chart.unit[language]})</span>
      </figcaption>
      {data.length === 0 ? (
        <p className={classes.faint}>{t('reports.nothing', { lng: language })}</p>
      ) : (
        <>
          <div aria-hidden="true" className="no-print">
            {chart.style === 'lines' ? (
              <LineChart
                {...common}
                h={220}
                curveType="linear"
                connectNulls={false}
                lineProps={{ isAnimationActive: false }}
                yAxisProps={{ width: 48 }}
              />
            ) : (
              <BarChart
                {...common}
                h={lying ? Math.max(140, 30 * data.length + 60) : 220}
                type="stacked"
                orientation={lying ? 'vertical' : 'horizontal'}
                gridAxis={lying ? 'y' : 'x'}
                maxBarWidth={40}
                barProps={{ isAnimationActive: false }}
                yAxisProps={
                  lying ? { width: 150, interval: 0 } : { width: 48, allowDecimals: false }
                }
                xAxisProps={lying ? { allowDecimals: false } : {}}
              />
            )}
          </div>
          <details className={classes.data}>
            <summary>
              {t('today.asTable', { lng: language })}
              <span className="hidden-visually"> ({title})</span>
            </summary>
            <Table aria-label={title}>
              <Table.Thead>
                <Table.Tr>
                  <Table.Td />
                  {series.map((s) => (
                    <Table.Th key={s.name} className={classes.n}>
                      {s.label}
                    </Table.Th>
                  ))}
                </Table.Tr>
              </Table.Thead>
              <Table.Tbody>
                {chart.labels.map((label, i) => (
                  <Table.Tr key={i}>
                    <Table.Th scope="row" className={classes.first}>
                      {label[language]}
                    </Table.Th>
                    {chart.series.map((s, n) => (
                      <Table.Td key={n} className={classes.n}>
                        {said(s.values[i] ?? null)}
                      </Table.Td>
                    ))}
                  </Table.Tr>
                ))}
              </Table.Tbody>
            </Table>
          </details>
        </>
      )}
    </figure>
  );
}
