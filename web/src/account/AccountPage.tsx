/** One's own account: password, one-time codes, tokens, language, look, keys. */

import {
  Alert,
  Button,
  CopyButton,
  PasswordInput,
  SegmentedControl,
  Switch,
  TextInput,
  useMantineColorScheme,
} from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { useState, type FormEvent } from 'react';
import { useTranslation } from 'react-i18next';
import { useAbility } from '../api/ability';
import { ask, setCsrf } from '../api/client';
import { meQuery, useMe } from '../api/me';
import { useSignal } from '../api/signal';
import type { Me } from '../api/types';
import { keysOn, setKeysOn } from '../desk/keys';
import { speak } from '../i18n';
import { useErrorText } from '../shell/say';
import { useTitle } from '../shell/title';
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
      <Password />
      <Codes on={me.totp ?? false} />
      {can('get', '/me/tokens') && <Tokens />}
    </div>
  );
}

function Password() {
  const { t } = useTranslation();
  const client = useQueryClient();
  const errorText = useErrorText();
  const [present, setPresent] = useState('');
  const [next, setNext] = useState('');
  const [again, setAgain] = useState('');
  const [told, setTold] = useState<{ good: boolean; text: string } | null>(null);
  async function submit(form: FormEvent) {
    form.preventDefault();
    if (next !== again) {
      setTold({ good: false, text: t('account.notSame') });
      return;
    }
    try {
      // Sessions are begun anew with a new password, and so is the CSRF word.
      const me = await ask<Me | undefined>('/me/password', {
        method: 'POST',
        body: { present, new: next },
      });
      if (me?.csrf) {
        setCsrf(me.csrf);
        client.setQueryData(meQuery.queryKey, me);
      }
      setTold({ good: true, text: t('account.changed') });
      setPresent('');
      setNext('');
      setAgain('');
    } catch (failure) {
      setTold({ good: false, text: errorText(failure) });
    }
  }
  return (
    <section>
      <h2>{t('account.password')}</h2>
      <form className={classes.form} onSubmit={(e) => void submit(e)}>
        <PasswordInput
          label={t('account.present')}
          autoComplete="current-password"
          value={present}
          onChange={(e) => setPresent(e.currentTarget.value)}
        />
        <PasswordInput
          label={t('account.next')}
          autoComplete="new-password"
          value={next}
          onChange={(e) => setNext(e.currentTarget.value)}
        />
        <PasswordInput
          label={t('account.again')}
          autoComplete="new-password"
          value={again}
          onChange={(e) => setAgain(e.currentTarget.value)}
        />
        {told && (
          <Alert p="xs" variant="outline" color={told.good ? 'green' : 'red'} role="alert">
            {told.text}
          </Alert>
        )}
        <Button type="submit" disabled={!present || !next}>
          {t('account.change')}
        </Button>
      </form>
    </section>
  );
}

function Codes({ on }: { on: boolean }) {
  const { t } = useTranslation();
  const client = useQueryClient();
  const errorText = useErrorText();
  const [offer, setOffer] = useState<{ url: string; secret: string } | null>(null);
  const [code, setCode] = useState('');
  const [error, setError] = useState<string | null>(null);
  const step = async (body: { code?: string }) => {
    setError(null);
    try {
      const answer = await ask<{ url?: string; secret?: string }>('/me/totp', {
        method: 'POST',
        body,
      });
      if (answer.secret && answer.url) setOffer({ url: answer.url, secret: answer.secret });
      else {
        setOffer(null);
        await client.invalidateQueries({ queryKey: meQuery.queryKey });
      }
    } catch (failure) {
      setError(errorText(failure));
    }
  };
  return (
    <section>
      <h2>{t('account.codes')}</h2>
      <p>{t(on ? 'account.codesOn' : 'account.codesOff')}</p>
      {!offer && (
        <Button variant="default" onClick={() => void step({})}>
          {t(on ? 'account.codesAnew' : 'account.codesBegin')}
        </Button>
      )}
      {offer && (
        <form
          className={classes.form}
          onSubmit={(e) => {
            e.preventDefault();
            void step({ code: code.trim() });
          }}
        >
          <p>{t('account.secretHint')}</p>
          <div className={classes.row}>
            <code className={classes.secret}>{offer.secret}</code>
            <CopyButton value={offer.secret}>
              {({ copied, copy }) => (
                <Button variant="default" onClick={copy}>
                  {t(copied ? 'account.copied' : 'account.copy')}
                </Button>
              )}
            </CopyButton>
            <a href={offer.url}>{t('account.openApp')}</a>
          </div>
          <TextInput
            label={t('signIn.code')}
            inputMode="numeric"
            autoComplete="one-time-code"
            value={code}
            maxLength={7}
            onChange={(e) => setCode(e.currentTarget.value)}
          />
          <Button type="submit">{t('account.confirmCode')}</Button>
        </form>
      )}
      {error && (
        <Alert p="xs" mt="xs" variant="outline" color="red" role="alert">
          {error}
        </Alert>
      )}
    </section>
  );
}
