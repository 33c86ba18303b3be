/** Accounts that somebody else could have come in by: told at every sign-in, so that whoever took one
 * over cannot keep it quiet. */

import { Button } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useMe } from '../api/me';
import type { ResetNotice } from '../api/types';
import { useTimes } from '../shell/say';
import classes from './Account.module.css';
import { dismiss, isDismissed } from './dismissed';

export function ResetNotices() {
  const me = useMe();
  const [, again] = useState(0);
  // What is one's own and still to be changed is said elsewhere.
  const told = (me.notices ?? []).filter(
    (n) => !isDismissed(me.id, n) && !(n.own && n.what === 'password' && me.reset_by),
  );
  if (told.length === 0) return null;
  return (
    <div data-testid="reset-notices">
      {told.map((notice) => (
        <Notice
          key={notice.user}
          notice={notice}
          onSeen={() => {
            dismiss(me.id, notice);
            again((n) => n + 1);
          }}
        />
      ))}
    </div>
  );
}

function Notice({ notice, onSeen }: { notice: ResetNotice; onSeen: () => void }) {
  const { t } = useTranslation();
  const { time } = useTimes();
  const values = { user: notice.user_name, who: notice.by.join(', '), when: time(notice.at) };
  return (
    <div className={classes.reset} role="status">
      <span>
        {t(notice.own ? `account.own_${notice.what}` : 'account.other_both', values)}{' '}
        {t(notice.own ? 'account.ownNext' : 'account.otherNext')}
      </span>
      <Button variant="default" size="compact-xs" onClick={onSeen}>
        {t('account.seen')}
      </Button>
    </div>
  );
}
