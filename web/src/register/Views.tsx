/** How good views are, the worst first, with the reason and a picture. */

import { Button } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { viewsQuery, type View } from '../api/register';
import { Failure, Waiting } from '../shell/Failure';
import { useSay, useTimes } from '../shell/say';
import classes from './Register.module.css';

/** Views shown at first; the others are asked for. */
const FIRST = 40;

export function Views() {
  const { t } = useTranslation();
  const { time } = useTimes();
  const [all, setAll] = useState(false);
  const query = useQuery(viewsQuery);
  if (query.isPending) return <Waiting />;
  if (query.isError) return <Failure error={query.error} reset={() => void query.refetch()} />;
  const { views, waiting, as_of } = query.data;
  const shown = all ? views : views.slice(0, FIRST);
  return (
    <section>
      <p className={classes.faint}>
        {t('register.fitnessNote')}
        {as_of && ` ${t('register.asOf', { time: time(as_of) })}`}
      </p>
      {waiting > 0 && <p role="status">{t('register.measuring', { count: waiting })}</p>}
      <ol className={classes.views} aria-label={t('register.views.fitness')}>
        {shown.map((view) => (
          <One key={view.camera} view={view} />
        ))}
      </ol>
      {shown.length < views.length && (
        <Button variant="default" onClick={() => setAll(true)}>
          {t('register.moreViews', { count: views.length - shown.length })}
        </Button>
      )}
    </section>
  );
}

function One({ view }: { view: View }) {
  const { t } = useTranslation();
  const say = useSay();
  const known = view.verdict !== 'unknown';
  return (
    <li className={classes.view} data-verdict={view.verdict}>
      <Still view={view} />
      <div>
        <h3>
          <Link to="/cameras/$id" params={{ id: view.camera }}>
            {view.name}
          </Link>
        </h3>
        <div className={classes.faint}>
          {view.camera}
          {view.ward && ` · ${view.ward}`}
        </div>
        <div>
          {t('register.score')}: <strong className="num">{known ? view.score : '–'}</strong>
          {' · '}
          {t('register.advice')}: <strong>{say(view.advice_said)}</strong>
        </div>
        {view.reasons.length > 0 ? (
          <ul aria-label={t('register.reasons')}>
            {view.reasons.map((reason) => (
              <li key={`${reason.code} ${reason.said.en}`}>{say(reason.said)}</li>
            ))}
          </ul>
        ) : (
          <p className={classes.faint}>{t(known ? 'register.good' : 'register.unknown')}</p>
        )}
      </div>
    </li>
  );
}

/** Not every camera has a picture, and that is only known when it is asked for. */
function Still({ view }: { view: View }) {
  const { t } = useTranslation();
  const [gone, setGone] = useState(false);
  if (!view.still || gone) return <div className={classes.empty}>{t('register.noStill')}</div>;
  return (
    <img
      src={view.still}
      loading="lazy"
      alt={t('register.stillOf', { name: view.name })}
      onError={() => setGone(true)}
    />
  );
}
