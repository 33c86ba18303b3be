/** Tokens by which programs come in instead of their owner. A token is shown once. */

import { Alert, Button, Table, TextInput } from '@mantine/core';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { ask } from '../api/client';
import { useMay } from '../api/me';
import { useErrorText, useTimes } from '../shell/say';
import classes from './Account.module.css';

type Token = {
  id: string;
  name: string;
  created?: string;
  expires_at: string | null;
  last_used?: string | null;
};

export function Tokens() {
  const { t } = useTranslation();
  const { time, day } = useTimes();
  const may = useMay('manage_tokens');
  const client = useQueryClient();
  const errorText = useErrorText();
  const query = useQuery({
    queryKey: ['tokens'],
    queryFn: () => ask<Token[]>('/me/tokens'),
    enabled: may,
  });
  const [name, setName] = useState('');
  const [made, setMade] = useState<string | null>(null);
  const [error, setError] = useState<string | null>(null);
  if (!may) return null;
  const run = (done: Promise<{ token?: unknown; secret?: string } | undefined>) =>
    void done
      .then((answer) => {
        setMade([answer?.secret, answer?.token].find((word) => typeof word === 'string') ?? null);
        setName('');
        setError(null);
        return client.invalidateQueries({ queryKey: ['tokens'] });
      })
      .catch((failure: unknown) => setError(errorText(failure)));
  return (
    <section>
      <h2>{t('account.tokens')}</h2>
      <p>{t('account.tokensHint')}</p>
      {(query.data?.length ?? 0) > 0 && (
        <Table>
          <Table.Thead>
            <Table.Tr>
              <Table.Th>{t('account.tokenName')}</Table.Th>
              <Table.Th>{t('account.expires')}</Table.Th>
              <Table.Th>{t('account.lastUsed')}</Table.Th>
              <Table.Th>{t('app.delete')}</Table.Th>
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {query.data?.map((token) => (
              <Table.Tr key={token.id}>
                <Table.Td>{token.name}</Table.Td>
                <Table.Td>{day(token.expires_at)}</Table.Td>
                <Table.Td>{time(token.last_used)}</Table.Td>
                <Table.Td>
                  <Button
                    variant="default"
                    size="compact-xs"
                    aria-label={t('account.revoke', { name: token.name })}
                    onClick={() =>
                      run(ask(`/me/tokens/${encodeURIComponent(token.id)}`, { method: 'DELETE' }))
                    }
                  >
                    {t('app.delete')}
                  </Button>
                </Table.Td>
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      )}
      {made && (
        <Alert color="green" variant="outline" p="xs" role="alert" title={t('account.tokenOnce')}>
          <code className={classes.secret}>{made}</code>
        </Alert>
      )}
      <form
        className={classes.row}
        onSubmit={(e) => {
          e.preventDefault();
          if (name.trim())
            run(ask('/me/tokens', { method: 'POST', body: { name: name.trim(), days: 90 } }));
        }}
      >
        <TextInput
          label={t('account.tokenName')}
          value={name}
          error={error}
          maxLength={60}
          onChange={(e) => setName(e.currentTarget.value)}
        />
        <Button type="submit" variant="default" disabled={!name.trim()}>
          {t('account.makeToken')}
        </Button>
      </form>
    </section>
  );
}
