/** Searches kept under a name, where the server keeps them. */

import { Button, TextInput } from '@mantine/core';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useAbility } from '../api/ability';
import { ask } from '../api/client';
import { useErrorText } from '../shell/say';
import { queryOfSearch, searchOfQuery, type Search } from './filter';
import classes from './Search.module.css';

type Saved = { id: string; name: string; query: string };
/** A user's own, as many as the server keeps. */
const MOST = 50;

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
  const list = saved.data ?? [];
  const change = (done: Promise<unknown>) =>
    void done
      .then(() => client.invalidateQueries({ queryKey: ['searches'] }))
      .then(() => {
        setName('');
        setError(null);
      })
      .catch((failure: unknown) => setError(errorText(failure)));
  return (
    <section className={classes.saved} aria-label={t('search.saved')}>
      <span>{t('search.saved')}:</span>
      {list.map((s) => (
        <span key={s.id} className={classes.one}>
          <Button
            variant="default"
            size="compact-xs"
            onClick={() => onSearch(searchOfQuery(s.query))}
          >
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
              ask('/searches', {
                method: 'POST',
                body: { name: name.trim(), query: queryOfSearch(search) },
              }),
            );
        }}
      >
        <TextInput
          aria-label={t('search.saveAs')}
          placeholder={t('search.saveAs')}
          value={name}
          error={error}
          maxLength={60}
          disabled={list.length >= MOST}
          onChange={(e) => setName(e.currentTarget.value)}
          rightSectionWidth="3.25rem"
          rightSection={
            name.trim() !== '' && (
              <Button type="submit" size="compact-xs" variant="default">
                {t('app.save')}
              </Button>
            )
          }
        />
      </form>
    </section>
  );
}
