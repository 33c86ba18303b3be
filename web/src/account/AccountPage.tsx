/** One's own account: password, one-time codes, tokens, language, look, keys. */

import { SegmentedControl, Switch, useMantineColorScheme } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { useAbility } from '../api/ability';
import { useMe } from '../api/me';
import { useSignal } from '../api/signal';
import { keysOn, setKeysOn } from '../desk/keys';
import { speak } from '../i18n';
import { useTitle } from '../shell/title';
import { Codes } from './Codes';
import { PasswordForm } from './PasswordForm';
import { ResetNote } from './ResetNote';
import { Tokens } from './Tokens';
import classes from './Account.module.css';

export function AccountPage() {
  const { t, i18n } = useTranslation();
  useTitle(t('nav.account'));
  const me = useMe();
  const { can } = useAbility();
  const { colorScheme, setColorScheme } = useMantineColorScheme();
  const keys = useSignal(keysOn);
  const wards = me.scope.wards === 'all' ? t('app.all') : me.scope.wards.join(', ');
  const domains =
    me.scope.domains === 'all'
      ? t('app.all')
      : me.scope.domains.map((d) => t(`domain.${d}`)).join(', ');
  return (
    <div className={classes.page}>
      <h1>{t('nav.account')}</h1>
      <dl className={classes.facts}>
        <dt>{t('signIn.user')}</dt>
        <dd>{me.name}</dd>
        <dt>{t('account.fullName')}</dt>
        <dd>{me.full_name || me.name}</dd>
        <dt>{t('account.role')}</dt>
        <dd>{t(`role.${me.role}`)}</dd>
        <dt>{t('account.wards')}</dt>
        <dd>{wards}</dd>
        <dt>{t('account.domains')}</dt>
        <dd>{domains}</dd>
        <dt>{t('account.version')}</dt>
        <dd>{me.version}</dd>
      </dl>
      <section>
        <h2>{t('account.look')}</h2>
        <div className={classes.row}>
          <SegmentedControl
            aria-label={t('app.language')}
            value={i18n.language}
            onChange={(value) => speak(value === 'en' ? 'en' : 'vi')}
            data={[
              { value: 'vi', label: 'Tiếng Việt' },
              { value: 'en', label: 'English' },
            ]}
          />
          <SegmentedControl
            aria-label={t('app.theme')}
            value={colorScheme}
            onChange={(value) => setColorScheme(value as 'light' | 'dark' | 'auto')}
            data={[
              { value: 'light', label: t('app.light') },
              { value: 'dark', label: t('app.dark') },
              { value: 'auto', label: t('app.system') },
            ]}
          />
        </div>
        <Switch
          mt="sm"
          label={t('account.singleKeys')}
          checked={keys}
          onChange={(e) => setKeysOn(e.currentTarget.checked)}
        />
      </section>
      <section>
        <h2>{t('account.password')}</h2>
        <ResetNote />
        <p>{t('account.passwordEnds')}</p>
        <PasswordForm />
      </section>
      <Codes />
      {can('get', '/me/tokens') && <Tokens />}
    </div>
  );
}
