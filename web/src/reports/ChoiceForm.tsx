/** Which report: the period, the language and what narrows it; only what the server knows. */

import { ActionIcon, Select, TextInput } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { useAbility } from '../api/ability';
import { agenciesQuery } from '../api/agencies';
import { camerasQuery } from '../api/cameras';
import { useMay, useMe } from '../api/me';
import { within } from '../api/scope';
import { kindsIn } from '../i18n/kinds';
import { useSay } from '../shell/say';
import type { Language } from './cell';
import { PERIODS, stepped, todayThere, type Choice, type Filter, type Period } from './choice';
import classes from './Reports.module.css';

type Props = { choice: Choice; language: Language; onChoice: (choice: Choice) => void };
const DOMAINS = ['traffic', 'environment', 'urban_order', 'security'] as const;

export function ChoiceForm({ choice, language, onChoice }: Props) {
  const { t } = useTranslation();
  const say = useSay();
  const me = useMe();
  const { can, takes } = useAbility();
  const seesCameras = useMay('see_cameras');
  const cameras = useQuery({ ...camerasQuery, enabled: seesCameras }).data ?? [];
  const agencies = useQuery({ ...agenciesQuery, enabled: can('get', '/agencies') }).data ?? [];
  const wards = within(me.scope.wards, [
    ...new Set(cameras.map((c) => c.ward).filter((w) => w !== null)),
  ]);
  const period = choice.period ?? 'month';
  const on = choice.on ?? todayThere();
  const set = (more: Choice) => onChoice({ ...choice, ...more });
  const date = (name: 'on' | 'from' | 'to', label: string) => (
    <TextInput
      type="date"
      label={label}
      value={choice[name] ?? (name === 'on' ? on : '')}
      min="2000-01-01"
      max="2199-12-31"
      onChange={(e) => set({ [name]: e.currentTarget.value || undefined })}
    />
  );
  const choose = (name: Filter, label: string, data: { value: string; label: string }[]) =>
    data.length > 0 &&
    takes('/reports/figures', name) && (
      <Select
        label={label}
        data={data}
        value={choice[name] ?? null}
        onChange={(value) => set({ [name]: value ?? undefined })}
        clearable
        searchable={data.length > 8}
        placeholder={t('app.all')}
        clearButtonProps={{ 'aria-label': t('app.all') }}
      />
    );
  const step = (by: 1 | -1, label: string, sign: string) => (
    <ActionIcon
      variant="default"
      size="input-sm"
      aria-label={label}
      onClick={() => set({ on: stepped(period, on, by) })}
    >
      {sign}
    </ActionIcon>
  );
  return (
    <form className={classes.choice} onSubmit={(e) => e.preventDefault()}>
      <Select
        label={t('reports.period')}
        data={PERIODS.map((p) => ({ value: p, label: t(`reports.periods.${p}`) }))}
        value={period}
        allowDeselect={false}
        onChange={(value) => set({ period: value as Period })}
      />
      {period === 'range' ? (
        <>
          {date('from', t('search.from'))}
          {date('to', t('search.to'))}
        </>
      ) : (
        <div className={classes.steps}>
          {step(-1, t('reports.before'), '‹')}
          {date('on', t('reports.on'))}
          {step(1, t('reports.after'), '›')}
        </div>
      )}
      <Select
        label={t('reports.language')}
        data={[
          { value: 'vi', label: 'Tiếng Việt' },
          { value: 'en', label: 'English' },
        ]}
        value={language}
        allowDeselect={false}
        onChange={(value) => set({ language: value as Language })}
      />
      {choose(
        'ward',
        t('desk.ward'),
        wards.map((w) => ({ value: w, label: w })),
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
      {choose(
        'camera',
        t('desk.camera'),
        cameras.map((c) => ({ value: c.id, label: c.name })),
      )}
      {choose(
        'agency',
        t('search.agency'),
        agencies.map((a) => ({ value: a.id, label: a.name })),
      )}
    </form>
  );
}
