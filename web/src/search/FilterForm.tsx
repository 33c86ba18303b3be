/** The filters; only those that the server knows are offered. */

import { Button, Checkbox, Select, TextInput } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useAbility } from '../api/ability';
import { agenciesQuery, peopleQuery } from '../api/agencies';
import { camerasQuery } from '../api/cameras';
import { useMay, useMe } from '../api/me';
import { within } from '../api/scope';
import { kindsIn } from '../i18n/kinds';
import { useSay } from '../shell/say';
import type { Name, Search } from './filter';
import classes from './Search.module.css';

type Props = { search: Search; onSearch: (search: Search) => void };
const HOURS = Array.from({ length: 25 }, (_, hour) => String(hour));
const STATUSES = ['pending', 'acknowledged', 'confirmed', 'dismissed', 'cannot_tell'] as const;
const DOMAINS = ['traffic', 'environment', 'urban_order', 'security'] as const;
const CLASSES = ['person', 'bicycle', 'motorcycle', 'car', 'bus', 'truck', 'bag'] as const;
const ORDERS = ['newest', 'oldest', 'due', 'severity'] as const;

export function FilterForm({ search, onSearch }: Props) {
  const { t } = useTranslation();
  const say = useSay();
  const me = useMe();
  const { can, takes } = useAbility();
  const seesCameras = useMay('see_cameras');
  const cameras = useQuery({ ...camerasQuery, enabled: seesCameras }).data ?? [];
  const reopens = useMay('reopen');
  const assigns = useMay('assign') && takes('/events', 'assignee');
  const people = useQuery({ ...peopleQuery, enabled: assigns }).data ?? [];
  const agencies = useQuery({ ...agenciesQuery, enabled: can('get', '/agencies') }).data ?? [];
  const [draft, setDraft] = useState(search);
  // On a phone only the first two are shown, unless another one narrows the search.
  const [open, setOpen] = useState(() =>
    Object.keys(search).some((name) => !['text', 'status', 'order'].includes(name)),
  );
  const knows = (name: Name) => takes('/events', name);

  const set = (name: Name, value: string | null) => {
    const next = { ...draft };
    next[name] = value || undefined;
    setDraft(next);
    return next;
  };
  const wards = [...new Set(cameras.map((c) => c.ward).filter((w) => w !== null))];
  const choose = (name: Name, label: string, data: { value: string; label: string }[]) =>
    knows(name) && (
      <Select
        label={label}
        data={data}
        value={draft[name] ?? null}
        onChange={(value) => onSearch(set(name, value))}
        clearable
        searchable={data.length > 8}
        placeholder={t('app.all')}
        clearButtonProps={{ 'aria-label': t('app.all') }}
      />
    );
  const type = (name: Name, label: string, kind = 'text') =>
    knows(name) && (
      <TextInput
        label={label}
        type={kind}
        value={draft[name] ?? ''}
        maxLength={100}
        onChange={(e) => set(name, e.currentTarget.value)}
      />
    );
  return (
    <form
      className={classes.filters}
      role="search"
      data-open={open || undefined}
      onSubmit={(e) => {
        e.preventDefault();
        onSearch(draft);
      }}
    >
      {type('text', t('search.text'))}
      {choose(
        'status',
        t('search.status'),
        STATUSES.map((s) => ({ value: s, label: t(`status.${s}`) })),
      )}
      {choose(
        'domain',
        t('search.domain'),
        within(me.scope.domains, DOMAINS).map((d) => ({ value: d, label: t(`domain.${d}`) })),
      )}
      {choose(
        'kind',
        t('search.kind'),
        kindsIn(me.scope.domains).map(([value, name]) => ({ value, label: say(name) })),
      )}
      {wards.length > 0
        ? choose(
            'ward',
            t('desk.ward'),
            wards.map((w) => ({ value: w, label: w })),
          )
        : type('ward', t('desk.ward'))}
      {cameras.length > 0
        ? choose(
            'camera',
            t('desk.camera'),
            cameras.map((c) => ({ value: c.id, label: c.name })),
          )
        : type('camera', t('desk.camera'))}
      {choose(
        'class',
        t('desk.subject'),
        CLASSES.map((c) => ({ value: c, label: t(`class.${c}`) })),
      )}
      {type('from', t('search.from'), 'date')}
      {type('to', t('search.to'), 'date')}
      {choose(
        'hour_from',
        t('search.hourFrom'),
        HOURS.slice(0, 24).map((h) => ({ value: h, label: `${h}:00` })),
      )}
      {choose(
        'hour_to',
        t('search.hourTo'),
        HOURS.slice(1).map((h) => ({ value: h, label: `${h}:00` })),
      )}
      {type('plate', t('desk.plate'))}
      {type('reviewer', t('search.reviewer'))}
      {people.length > 0 &&
        choose(
          'assignee',
          t('assign.given'),
          people.map((p) => ({ value: p.id, label: p.full_name || p.name })),
        )}
      {agencies.length > 0
        ? choose(
            'agency',
            t('search.agency'),
            agencies.map((a) => ({ value: a.id, label: a.name })),
          )
        : type('agency', t('search.agency'))}
      {knows('order') && (
        <Select
          label={t('search.order')}
          data={ORDERS.map((o) => ({ value: o, label: t(`search.orders.${o}`) }))}
          value={draft.order ?? 'newest'}
          allowDeselect={false}
          onChange={(value) => onSearch(set('order', value))}
        />
      )}
      {knows('overdue') && (
        <Checkbox
          className={classes.check}
          label={t('search.overdue')}
          checked={draft.overdue === 'true'}
          onChange={(e) => onSearch(set('overdue', e.currentTarget.checked ? 'true' : null))}
        />
      )}
      {knows('second_look') && reopens && (
        <Checkbox
          className={classes.check}
          label={t('second.wanted')}
          checked={draft.second_look === 'wanted'}
          onChange={(e) => onSearch(set('second_look', e.currentTarget.checked ? 'wanted' : null))}
        />
      )}
      <div className={classes.buttons}>
        <Button type="submit">{t('search.go')}</Button>
        <Button variant="default" onClick={() => onSearch({})}>
          {t('search.clear')}
        </Button>
        <Button variant="default" className={classes.more} onClick={() => setOpen(true)}>
          {t('search.moreFilters')}
        </Button>
      </div>
    </form>
  );
}
