/** What should have been decided, the longest first. */

import { useInfiniteQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { useAbility } from '../api/ability';
import { eventsQuery, WAITING } from '../api/events';
import { DueMark } from '../desk/DueMark';
import { Failure } from '../shell/Failure';
import { useSay, useTimes } from '../shell/say';
import { atLeast } from './atLeast';
import classes from './Today.module.css';

export function Overdue() {
  const { t } = useTranslation();
  const say = useSay();
  const { short } = useTimes();
  // A server that does not know what is due is asked for what waits longest instead.
  const due = useAbility().takes('/events', 'overdue');
  const query = useInfiniteQuery(eventsQuery(due ? { ...WAITING, overdue: true } : WAITING, 10));
  const first = query.data?.pages[0];
  return (
    <section>
      <h2>
        {t(due ? 'today.overdue' : 'today.longest')}
        {due && first && ` (${atLeast(first.total_at_least, first.total_exact)})`}
      </h2>
      {query.isError && <Failure error={query.error} />}
      {first?.items.length === 0 && <p className={classes.faint}>{t('today.noneOverdue')}</p>}
      <ul className={classes.list}>
        {first?.items.map((row) => (
          <li key={row.id}>
            <Link to="/desk" search={{ event: row.id }}>
              {say(row.kind_name)}
            </Link>
            <span className={classes.faint}>
              {' '}
              {row.camera_name} · {short(row.moment_utc)} · <DueMark row={row} />
            </span>
          </li>
        ))}
      </ul>
    </section>
  );
}
