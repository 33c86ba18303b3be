/** A report on the screen: the sections, tables and charts of the files, numbered as there. */

import { useTranslation } from 'react-i18next';
import type { Block, Report } from '../api/reports';
import { day, type Language } from './cell';
import { ReportChart } from './ReportChart';
import { ReportTable } from './ReportTable';
import classes from './Reports.module.css';

type Placed = { block: Block; place: number };

/** Tables and charts are numbered through the whole report. */
function placed(report: Report): { title: Report['title']; blocks: Placed[] }[] {
  let tables = 0;
  let charts = 0;
  return report.sections.map(({ title, blocks }) => ({
    title,
    blocks: blocks.map((block) => ({
      block,
      place: 'table' in block ? (tables += 1) : 'chart' in block ? (charts += 1) : 0,
    })),
  }));
}

export function ReportView({ report, language }: { report: Report; language: Language }) {
  const { t } = useTranslation();
  const [from, to] = report.days ?? [];
  return (
    <article className={classes.report} lang={language}>
      <h2 className={classes.title}>{report.title[language]}</h2>
      {from && to && (
        <p className={classes.faint}>
          {t('reports.days', {
            lng: language,
            from: day(from, language),
            to: day(to, language),
            made: day(report.made_on, language),
          })}
        </p>
      )}
      {placed(report).map((section, i) => (
        <section key={i} aria-labelledby={`section-${i + 1}`}>
          <h3 id={`section-${i + 1}`}>
            {i + 1}. {section.title[language]}
          </h3>
          {section.blocks.map(({ block, place }, n) => (
            <One key={n} block={block} place={place} language={language} />
          ))}
        </section>
      ))}
    </article>
  );
}

function One({ block, place, language }: Placed & { language: Language }) {
  if ('paragraph' in block) return <p className={classes.words}>{block.paragraph[language]}</p>;
  if ('table' in block)
    return <ReportTable table={block.table} number={place} language={language} />;
  if ('chart' in block)
    return <ReportChart chart={block.chart} place={place} language={language} />;
  // Pictures stand in the files alone.
  return null;
}
