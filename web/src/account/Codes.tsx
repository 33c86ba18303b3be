/** One-time codes: turned on, moved to another phone, turned off; always with the password. */

import { Alert, Button, CopyButton, PasswordInput, TextInput } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { useState, type FormEvent } from 'react';
import { useTranslation } from 'react-i18next';
import { ask } from '../api/client';
import { codesOn, meQuery, useMe } from '../api/me';
import { useErrorText } from '../shell/say';
import classes from './Account.module.css';

type Offer = { url: string; secret: string };
type Doing = 'nothing' | 'begin' | 'off';

export function Codes() {
  const { t } = useTranslation();
  const client = useQueryClient();
  const errorText = useErrorText();
  const on = codesOn(useMe());
  const [doing, setDoing] = useState<Doing>('nothing');
  const [offer, setOffer] = useState<Offer | null>(null);
  const [password, setPassword] = useState('');
  const [code, setCode] = useState('');
  const [present, setPresent] = useState('');
  const [error, setError] = useState<string | null>(null);
  const [told, setTold] = useState<string | null>(null);

  const leave = (word: string | null = null) => {
    setDoing('nothing');
    setOffer(null);
    setPassword('');
    setCode('');
    setPresent('');
    setError(null);
    setTold(word);
  };
  const bare = (text: string) => text.replace(/\s/g, '');
  async function step() {
    if (doing === 'off') {
      await ask('/me/totp', { method: 'DELETE', body: { password, code: bare(present) } });
      leave(t('account.codesNowOff'));
    } else if (!offer) {
      setOffer(await ask<Offer>('/me/totp', { method: 'POST', body: { password } }));
      return;
    } else {
      const shown = on ? { present_code: bare(present) } : {};
      await ask('/me/totp', { method: 'POST', body: { password, code: bare(code), ...shown } });
      leave(t('account.codesNowOn'));
    }
    await client.invalidateQueries({ queryKey: meQuery.queryKey });
  }
  const submit = (form: FormEvent) => {
    form.preventDefault();
    setError(null);
    step().catch((failure: unknown) => setError(errorText(failure)));
  };
  const codeField = (label: string, value: string, set: (value: string) => void) => (
    <TextInput
      label={label}
      inputMode="numeric"
      autoComplete="one-time-code"
      value={value}
      maxLength={7}
      onChange={(e) => set(e.currentTarget.value)}
    />
  );
  const asksPresent = doing === 'off' || (on && offer !== null);
  return (
    <section>
      <h2>{t('account.codes')}</h2>
      <p role="status">{told ?? t(on ? 'account.codesOn' : 'account.codesOff')}</p>
      {doing === 'nothing' ? (
        <div className={classes.row}>
          <Button variant="default" onClick={() => setDoing('begin')}>
            {t(on ? 'account.codesAnew' : 'account.codesBegin')}
          </Button>
          {on && (
            <Button variant="default" onClick={() => setDoing('off')}>
              {t('account.codesEnd')}
            </Button>
          )}
        </div>
      ) : (
        <form className={classes.form} onSubmit={submit}>
          {offer ? (
            <>
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
              {codeField(t(on ? 'account.codeNew' : 'signIn.code'), code, setCode)}
            </>
          ) : (
            <PasswordInput
              label={t('account.present')}
              autoComplete="current-password"
              value={password}
              onChange={(e) => setPassword(e.currentTarget.value)}
            />
          )}
          {asksPresent && codeField(t('account.codePresent'), present, setPresent)}
          {error && (
            <Alert p="xs" variant="outline" color="red" role="alert">
              {error}
            </Alert>
          )}
          <div className={classes.row}>
            <Button
              type="submit"
              disabled={!password || (offer !== null && !code) || (asksPresent && !present)}
            >
              {t(
                doing === 'off'
                  ? 'account.codesEnd'
                  : offer
                    ? 'account.confirmCode'
                    : 'account.goOn',
              )}
            </Button>
            <Button variant="default" onClick={() => leave()}>
              {t('app.cancel')}
            </Button>
          </div>
        </form>
      )}
    </section>
  );
}
