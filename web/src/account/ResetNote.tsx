/** That somebody else set the password last; shown until its owner has changed it. */

import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { useMe } from '../api/me';
import { useTimes } from '../shell/say';
import classes from './Account.module.css';

/** `link`: with the way to where it is changed. */
export function ResetNote({ link = false }: { link?: boolean }) {
  const { t } = useTranslation();
  const { time } = useTimes();
  const me = useMe();
  if (!me.reset_by && !me.reset_at) return null;
  return (
    <div className={classes.reset} role="status" data-testid="password-reset">
      <span>
        {t('account.resetBy', {
          who: me.reset_by ?? t('account.administrator'),
          when: time(me.reset_at),
        })}
      </span>
      {link && <Link to="/account">{t('account.change')}</Link>}
    </div>
  );
}
