/** A range of events for a request: from when to when, and what narrows it. */

import { Select, TextInput } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { camerasQuery } from '../api/cameras';
import { useMay, useMe } from '../api/me';
import { within } from '../api/scope';
import { kindsIn } from '../i18n/kinds';
import { useSay } from '../shell/say';
import classes from './Handover.module.css';
import type { Days } from './requests';

type Props = { days: Days; onDays: (days: Days) => void };
const DOMAINS = ['traffic', 'environment', 'urban_order', 'security'] as const;

export function RangeFields({ days, onDays }: Props) {
  const { t } = useTranslation();
  const say = useSay();
  const me = useMe();
  const seesCameras = useMay('see_cameras');
  const cameras = useQuery({ ...camerasQuery, enabled: seesCameras }).data ?? [];
  const wards = [...new Set(cameras.map((c) => c.ward).filter((w) => w !== null))];
  const date = (name: 'from' | 'to', label: string) => (
    <TextInput
      type="date"
      label={label}
      value={days[name]}
      required
      min="2000-01-01"
      max="2199-12-31"
      onChange={(e) => onDays({ ...days, [name]: e.currentTarget.value })}
    />
  );
  const choose = (
    name: 'camera' | 'kind' | 'ward' | 'domain',
    label: string,
    data: { value: string; label: string }[],
  ) =>
    data.length > 0 && (
      <Select
        label={label}
        data={data}
        value={days[name] ?? null}
        onChange={(value) => onDays({ ...days, [name]: value ?? undefined })}
        clearable
        searchable={data.length > 8}
        placeholder={t('app.all')}
        clearButtonProps={{ 'aria-label': t('app.all') }}
      />
    );
  return (
    <fieldset className={classes.range}>
      <legend>{t('handover.range')}</legend>
      <p className={classes.faint}>{t('handover.rangeHint')}</p>
      <div className={classes.fields}>
        {date('from', t('search.from'))}
        {date('to', t('search.to'))}
        {choose(
          'camera',
          t('desk.camera'),
          cameras.map((c) => ({ value: c.id, label: c.name })),
        )}
        {choose(
          'kind',
          t('search.kind'),
          kindsIn(me.scope.domains).map(([value, name]) => ({ value, label: say(name) })),
        )}
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
      </div>
    </fieldset>
  );
}
