/** What stands in place of every page until a password that somebody else set has been changed. */

import { Button } from '@mantine/core';
import { useNavigate } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { useMe, useSignOut } from '../api/me';
import { speak } from '../i18n';
import { useTitle } from '../shell/title';
import { PasswordForm } from './PasswordForm';
import { ResetNote } from './ResetNote';
import classes from './Account.module.css';

export function MustChangePage() {
  const { t, i18n } = useTranslation();
  useTitle(t('account.mustChange'));
  const me = useMe();
  const signOut = useSignOut();
  const navigate = useNavigate();
  const other = i18n.language === 'en' ? 'vi' : 'en';
  return (
    <main className={classes.must}>
      <div className={classes.row}>
        <span className={classes.who}>{me.full_name || me.name}</span>
        <Button variant="subtle" size="compact-xs" lang={other} onClick={() => speak(other)}>
          {other === 'vi' ? 'Tiếng Việt' : 'English'}
        </Button>
        <Button
          variant="default"
          size="compact-xs"
          onClick={() =>
            void signOut().finally(() => void navigate({ to: '/sign-in', search: {} }))
          }
        >
          {t('nav.signOut')}
        </Button>
      </div>
      <h1>{t('account.mustChange')}</h1>
      <ResetNote />
      <p>{t('account.mustChangeWhy')}</p>
      <PasswordForm />
    </main>
  );
}
