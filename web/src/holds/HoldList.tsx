/** All evidence that is kept for cases, the latest first. */

import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { useAbility } from '../api/ability';
import { useMay } from '../api/me';
import { Failure, Waiting } from '../shell/Failure';
import { useSay, useTimes } from '../shell/say';
import { HoldRow } from './HoldRow';
import classes from './Holds.module.css';
import { holdsQuery, MOST } from './holds';

export function HoldList() {
  const { can } = useAbility();
  const may = useMay('hold_evidence') && can('get', '/holds');
  return may ? <All /> : null;
}

function All() {
  const { t } = useTranslation();
  const say = useSay();
  const { time } = useTimes();
  const query = useQuery(holdsQuery());
  return (
    <section className={classes.all} aria-labelledby="holds-title">
      <h2 id="holds-title">{t('holds.all')}</h2>
      <p>{t('holds.intro')}</p>
      {query.isPending && <Waiting />}
      {query.isError && <Failure error={query.error} reset={() => void query.refetch()} />}
      {query.isSuccess && query.data.length === 0 && <p>{t('holds.none')}</p>}
      {(query.data?.length ?? 0) >= MOST && <p>{t('holds.cut', { count: MOST })}</p>}
      <ul className={classes.list}>
        {query.data?.map((hold) => (
          <li key={hold.id}>
            <Link to="/desk" search={{ event: hold.event }} className={classes.event}>
              {say(hold.kind_name)} · {hold.camera_name} · {time(hold.moment_utc)}
            </Link>
            <HoldRow hold={hold} />
          </li>
        ))}
      </ul>
    </section>
  );
}
