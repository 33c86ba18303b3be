/** The door: user and password, then the code where the account asks for one. */

import { Alert, Button, Group, PasswordInput, Stack, Text, TextInput, Title } from '@mantine/core';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { useEffect, useState, type FormEvent } from 'react';
import { useTranslation } from 'react-i18next';
import { ApiError } from '../api/client';
import { useSignIn } from '../api/me';
import { speak } from '../i18n';
import { useErrorText, useTimes } from '../shell/say';
import classes from './SignIn.module.css';

export function SignInPage() {
  const { t, i18n } = useTranslation();
  const { back, ended } = useSearch({ from: '/sign-in' });
  const navigate = useNavigate();
  const signIn = useSignIn();
  const errorText = useErrorText();
  const { span } = useTimes();
  const [user, setUser] = useState('');
  const [password, setPassword] = useState('');
  const [code, setCode] = useState('');
  const [asksCode, setAsksCode] = useState(false);
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>(null);
  const [lockedFor, setLockedFor] = useState(0);

  useEffect(() => {
    document.title = `${t('signIn.title')} · Streetward`;
  }, [t]);
  useEffect(() => {
    if (lockedFor <= 0) return;
    const timer = setTimeout(() => setLockedFor(lockedFor - 1), 1000);
    return () => clearTimeout(timer);
  }, [lockedFor]);

  async function submit(form: FormEvent) {
    form.preventDefault();
    setBusy(true);
    setError(null);
    try {
      await signIn({
        user,
        password,
        language: i18n.language,
        ...(asksCode ? { totp: code.replace(/\s/g, '') } : {}),
      });
      await navigate({ href: back ?? '/' });
    } catch (failure) {
      if (failure instanceof ApiError && failure.code === 'totp_needed' && !asksCode) {
        setAsksCode(true);
      } else {
        if (failure instanceof ApiError && failure.code === 'locked') {
          const details = (failure.body.error ?? {}) as Record<string, unknown>;
          const seconds = failure.body.retry_after_seconds ?? details.retry_after_seconds;
          setLockedFor(typeof seconds === 'number' ? seconds : 60);
        }
        setError(failure);
      }
    } finally {
      setBusy(false);
    }
  }

  const other = i18n.language === 'en' ? 'vi' : 'en';
  return (
    <main className={classes.page}>
      <form className={classes.form} onSubmit={(e) => void submit(e)} noValidate>
        <Stack gap="md">
          <Group justify="space-between" align="baseline">
            <Title order={1} size="h3">
              Streetward
            </Title>
            <Button variant="subtle" size="compact-xs" lang={other} onClick={() => speak(other)}>
              {other === 'vi' ? 'Tiếng Việt' : 'English'}
            </Button>
          </Group>
          <Text size="sm" c="var(--ink-2)">
            {t('signIn.purpose')}
          </Text>
          {ended && !error && (
            <Alert color="yellow" variant="outline" role="status">
              {t('signIn.expired')}
            </Alert>
          )}
          {lockedFor > 0 ? (
            <Alert color="red" variant="outline" role="alert">
              {t('signIn.locked', { span: span(lockedFor) })}
            </Alert>
          ) : (
            error !== null && (
              <Alert color="red" variant="outline" role="alert">
                {errorText(error)}
              </Alert>
            )
          )}
          {asksCode ? (
            <TextInput
              label={t('signIn.code')}
              description={t('signIn.codeHint')}
              value={code}
              onChange={(e) => setCode(e.currentTarget.value)}
              inputMode="numeric"
              autoComplete="one-time-code"
              maxLength={7}
              size="sm"
              data-autofocus
              // The step follows what the person has just asked for.
              ref={(input) => input?.focus()}
            />
          ) : (
            <>
              <TextInput
                label={t('signIn.user')}
                value={user}
                onChange={(e) => setUser(e.currentTarget.value)}
                autoComplete="username"
                autoCapitalize="none"
                spellCheck={false}
                size="sm"
              />
              <PasswordInput
                label={t('signIn.password')}
                value={password}
                onChange={(e) => setPassword(e.currentTarget.value)}
                autoComplete="current-password"
                size="sm"
              />
            </>
          )}
          <Button type="submit" size="sm" loading={busy} disabled={lockedFor > 0}>
            {t('signIn.submit')}
          </Button>
          {asksCode && (
            <Button
              variant="subtle"
              onClick={() => {
                setAsksCode(false);
                setCode('');
                setPassword('');
                setError(null);
              }}
            >
              {t('signIn.back')}
            </Button>
          )}
        </Stack>
      </form>
    </main>
  );
}
