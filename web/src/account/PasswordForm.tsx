/** Changing one's own password; with a one-time code where the account has them. */

import { Alert, Button, PasswordInput, TextInput } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { useState, type FormEvent } from 'react';
import { useTranslation } from 'react-i18next';
import { ask } from '../api/client';
import { codesOn, keepMe, useMe } from '../api/me';
import type { Me } from '../api/types';
import { useErrorText } from '../shell/say';
import classes from './Account.module.css';

export function PasswordForm() {
  const { t } = useTranslation();
  const me = useMe();
  const client = useQueryClient();
  const errorText = useErrorText();
  const [current, setCurrent] = useState('');
  const [next, setNext] = useState('');
  const [again, setAgain] = useState('');
  const [code, setCode] = useState('');
  const [busy, setBusy] = useState(false);
  const [told, setTold] = useState<{ good: boolean; text: string } | null>(null);
  const coded = codesOn(me);

  async function submit(form: FormEvent) {
    form.preventDefault();
    if (next !== again) {
      setTold({ good: false, text: t('account.notSame') });
      return;
    }
    setBusy(true);
    try {
      // The session is begun anew with a new password, and so is the CSRF word.
      const answer = await ask<Me>('/me/password', {
        method: 'POST',
        body: { current, new: next, ...(coded ? { totp: code.replace(/\s/g, '') } : {}) },
      });
      keepMe(client, answer);
      setTold({ good: true, text: t('account.changed') });
      setCurrent('');
      setNext('');
      setAgain('');
      setCode('');
      await client.invalidateQueries({ queryKey: ['tokens'] });
    } catch (failure) {
      setTold({ good: false, text: errorText(failure) });
    } finally {
      setBusy(false);
    }
  }
  return (
    <form className={classes.form} onSubmit={(e) => void submit(e)}>
      <input type="text" hidden autoComplete="username" value={me.name} readOnly />
      <PasswordInput
        label={t('account.present')}
        autoComplete="current-password"
        value={current}
        onChange={(e) => setCurrent(e.currentTarget.value)}
      />
      <PasswordInput
        label={t('account.next')}
        description={t('account.passwordRule')}
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
      {coded && (
        <TextInput
          label={t('signIn.code')}
          inputMode="numeric"
          autoComplete="one-time-code"
          maxLength={7}
          value={code}
          onChange={(e) => setCode(e.currentTarget.value)}
        />
      )}
      {told && (
        <Alert p="xs" variant="outline" color={told.good ? 'green' : 'red'} role="alert">
          {told.text}
        </Alert>
      )}
      <Button type="submit" loading={busy} disabled={!current || !next || (coded && !code)}>
        {t('account.change')}
      </Button>
    </form>
  );
}
