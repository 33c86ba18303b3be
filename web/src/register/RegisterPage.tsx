/** The register of cameras: list, map, views, planned places, and sheets taken in. */

import { SegmentedControl } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { lazy, Suspense } from 'react';
import { useTranslation } from 'react-i18next';
import { useMay } from '../api/me';
import { coverageQuery, registerQuery } from '../api/register';
import { Download } from '../shell/Download';
import { Failure, Waiting } from '../shell/Failure';
import { useTitle } from '../shell/title';
import { CoverageTable } from './CoverageTable';
import { ImportForm } from './ImportForm';
import { Planned } from './Planned';
import { RegisterTable } from './RegisterTable';
import { Views } from './Views';
import { REGISTER_VIEWS, type RegisterView } from './views';
import classes from './Register.module.css';

const RegisterMap = lazy(() => import('./RegisterMap'));

export default function RegisterPage() {
  const { t, i18n } = useTranslation();
  useTitle(t('nav.register'));
  const navigate = useNavigate();
  const view = useSearch({ from: '/inside/register' }).view ?? 'list';
  const keeps = useMay('configure');
  const query = useQuery(registerQuery);
  const coverage = useQuery(coverageQuery);
  if (query.isPending) return <Waiting />;
  if (query.isError) return <Failure error={query.error} reset={() => void query.refetch()} />;
  const cameras = query.data.cameras;
  const counts = coverage.data?.counts;
  const share = coverage.data?.coverage;
  return (
    <div className={classes.page}>
      <div className={classes.head}>
        <h1>{t('nav.register')}</h1>
        <p>
          {counts && typeof share === 'number'
            ? t('register.coverage', {
                installed: counts.installed,
                wanted: counts.wanted,
                percent: (100 * share).toLocaleString(i18n.language, {
                  maximumFractionDigits: 1,
                }),
              })
            : ''}
        </p>
        <div className={classes.choice}>
          <SegmentedControl
            aria-label={t('register.choose')}
            value={view}
            onChange={(chosen) =>
              void navigate({ to: '/register', search: { view: chosen as RegisterView } })
            }
            data={REGISTER_VIEWS.filter((v) => v !== 'import' || keeps).map((v) => ({
              value: v,
              label: t(`register.views.${v}`),
            }))}
          />
        </div>
      </div>
      {view === 'list' && (
        <>
          <Documents />
          {counts && counts.parts.length > 0 && <CoverageTable counts={counts} />}
          <RegisterTable register={query.data} />
        </>
      )}
      {view === 'map' && (
        <Suspense fallback={<Waiting />}>
          <RegisterMap cameras={cameras} />
        </Suspense>
      )}
      {view === 'fitness' && <Views />}
      {view === 'planned' && <Planned />}
      {view === 'import' && keeps && <ImportForm />}
    </div>
  );
}

function Documents() {
  const { t, i18n } = useTranslation();
  const language = i18n.language === 'en' ? 'en' : 'vi';
  const files = [
    ['disclosure', `/api/v1/disclosure?language=${language}`],
    ['disclosureCsv', '/api/v1/disclosure?format=csv'],
    ['survey', `/api/v1/survey?format=docx&language=${language}`],
    ['surveyXlsx', `/api/v1/survey?format=xlsx&language=${language}`],
  ] as const;
  return (
    <ul className={classes.links} aria-label={t('register.files')}>
      {files.map(([word, address]) => (
        <li key={word}>
          <Download href={address}>{t(`register.${word}`)}</Download>
        </li>
      ))}
    </ul>
  );
}
