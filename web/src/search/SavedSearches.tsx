/** Searches kept under a name, where the server keeps them. */

import { Button, TextInput } from '@mantine/core';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useAbility } from '../api/ability';
import { ask } from '../api/client';
import { useErrorText } from '../shell/say';
import { searchOf, type Search } from './filter';
import classes from './Search.module.css';

type Saved = { id: string; name: string; query: Record<string, string> };

export function SavedSearches({
  search,
  onSearch,
}: {
  search: Search;
  onSearch: (s: Search) => void;
}) {
  const { t } = useTranslation();
  const { can } = useAbility();
  const there = can('get', '/searches');
  const client = useQueryClient();
  const errorText = useErrorText();
  const saved = useQuery({
    queryKey: ['searches'],
    queryFn: () => ask<Saved[]>('/searches'),
    enabled: there,
  });
  const [name, setName] = useState('');
  const [error, setError] = useState<string | null>(null);
  if (!there) return null;
  const change = (done: Promise<unknown>) =>
    void done
      .then(() => client.invalidateQueries({ queryKey: ['searches'] }))
      .then(() => setName(''))
      .catch((failure: unknown) => setError(errorText(failure)));
  return (
    <section className={classes.saved} aria-label={t('search.saved')}>
      <span>{t('search.saved')}:</span>
      {(saved.data ?? []).map((s) => (
        <span key={s.id}>
          <Button variant="default" size="compact-xs" onClick={() => onSearch(searchOf(s.query))}>
            {s.name}
          </Button>
          <Button
            variant="subtle"
            size="compact-xs"
            aria-label={t('search.forget', { name: s.name })}
            onClick={() =>
              change(ask(`/searches/${encodeURIComponent(s.id)}`, { method: 'DELETE' }))
            }
          >
            ×
          </Button>
        </span>
      ))}
      <form
        onSubmit={(e) => {
          e.preventDefault();
          if (name.trim())
            change(
              ask('/searches', { method: 'POST', body: { name: name.trim(), query: search } }),
            );
        }}
      >
        <TextInput
          aria-label={t('search.saveAs')}
          placeholder={t('search.saveAs')}
          value={name}
          error={error}
          maxLength={60}
          onChange={(e) => setName(e.currentTarget.value)}
        />
      </form>
    </section>
  );
}
