/** Reports: figures of a period as tables and charts, and as files to hand in. */

import { useQuery } from '@tanstack/react-query';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { useAbility, useAbilityQuery } from '../api/ability';
import { fileAddress, reportQuery, type FileFormat, type ReportAsk } from '../api/reports';
import { Download } from '../shell/Download';
import { Failure, Waiting } from '../shell/Failure';
import { useTitle } from '../shell/title';
import type { Language } from './cell';
import { askOf, type Choice } from './choice';
import { ChoiceForm } from './ChoiceForm';
import { ReportView } from './ReportView';
import classes from './Reports.module.css';

const FORMATS: FileFormat[] = ['docx', 'xlsx', 'html', 'csv'];

export default function ReportsPage() {
  const { t, i18n } = useTranslation();
  useTitle(t('nav.reports'));
  const choice = useSearch({ from: '/inside/reports' });
  const navigate = useNavigate({ from: '/reports' });
  const { can, query: ability } = useAbilityQuery();
  const language: Language = choice.language ?? (i18n.language === 'en' ? 'en' : 'vi');
  const asked = askOf(choice);
  const go = (next: Choice) => void navigate({ search: next, replace: true });
  return (
    <div className={classes.page}>
      <h1 className="no-print">{t('nav.reports')}</h1>
      <ChoiceForm choice={choice} language={language} onChoice={go} />
      {asked === null && <p role="status">{t('reports.chooseDays')}</p>}
      {asked && ability.isPending && <Waiting />}
      {asked && ability.isError && (
        <Failure error={ability.error} reset={() => void ability.refetch()} />
      )}
      {asked && can('get', '/reports/figures') && <Made asked={asked} language={language} />}
    </div>
  );
}

function Made({ asked, language }: { asked: ReportAsk; language: Language }) {
  const { t } = useTranslation();
  const { can } = useAbility();
  const query = useQuery(reportQuery(asked));
  if (query.isPending) return <Waiting />;
  if (query.isError) return <Failure error={query.error} reset={() => void query.refetch()} />;
  return (
    <>
      {can('get', '/reports/file') && (
        <nav className={classes.files} aria-label={t('reports.files')}>
          <span aria-hidden="true">{t('reports.files')}</span>
          {FORMATS.map((format) => (
            <Download key={format} href={fileAddress(asked, format, language)}>
              {t(`reports.formats.${format}`)}
            </Download>
          ))}
        </nav>
      )}
      <ReportView report={query.data} language={language} />
    </>
  );
}
