/** One user's name, role and scope. */

import {
  Alert,
  Button,
  MultiSelect,
  PasswordInput,
  Select,
  Stack,
  Switch,
  TagsInput,
  TextInput,
} from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState, type FormEvent } from 'react';
import { useTranslation } from 'react-i18next';
import { useAbility } from '../api/ability';
import { agenciesQuery } from '../api/agencies';
import { ask } from '../api/client';
import type { Domain, Role, Scope } from '../api/types';
import { useErrorText } from '../shell/say';

export type User = {
  id: string;
  name: string;
  full_name: string;
  role: Role;
  scope: Scope;
  agency: string | null;
  totp: boolean;
  disabled: boolean;
  last_login: string | null;
  version: number;
};
const ROLES: Role[] = ['viewer', 'reviewer', 'supervisor', 'administrator', 'auditor'];
const DOMAINS: Domain[] = ['traffic', 'environment', 'urban_order', 'security'];

export function UserForm({ user, onDone }: { user: User | null; onDone: () => void }) {
  const { t } = useTranslation();
  const errorText = useErrorText();
  const [name, setName] = useState(user?.name ?? '');
  const [fullName, setFullName] = useState(user?.full_name ?? '');
  const [role, setRole] = useState<Role>(user?.role ?? 'reviewer');
  const [wards, setWards] = useState(user?.scope.wards === 'all' ? [] : (user?.scope.wards ?? []));
  const [domains, setDomains] = useState<string[]>(
    user?.scope.domains === 'all' ? [] : (user?.scope.domains ?? []),
  );
  const [agency, setAgency] = useState(user?.agency ?? null);
  const there = useAbility().can('get', '/agencies');
  const agencies = useQuery({ ...agenciesQuery, enabled: there }).data ?? [];
  const [password, setPassword] = useState('');
  const [takeCodes, setTakeCodes] = useState(false);
  const [disabled, setDisabled] = useState(user?.disabled ?? false);
  const [error, setError] = useState<string | null>(null);

  async function submit(form: FormEvent) {
    form.preventDefault();
    const scope = {
      wards: wards.length > 0 ? wards : 'all',
      domains: domains.length > 0 ? domains : 'all',
    };
    const body = {
      full_name: fullName,
      role,
      scope,
      ...(there ? { agency: agency ?? '' } : {}),
      ...(password ? { password } : {}),
    };
    try {
      if (user)
        await ask(`/users/${encodeURIComponent(user.id)}`, {
          method: 'PATCH',
          body: {
            ...body,
            disabled,
            version: user.version,
            ...(takeCodes ? { totp_reset: true } : {}),
          },
          ifMatch: `"${user.version}"`,
        });
      else await ask('/users', { method: 'POST', body: { name, ...body } });
      onDone();
    } catch (failure) {
      setError(errorText(failure));
    }
  }
  return (
    <form onSubmit={(e) => void submit(e)}>
      <Stack gap="sm">
        {!user && (
          <TextInput
            label={t('signIn.user')}
            value={name}
            required
            onChange={(e) => setName(e.currentTarget.value)}
          />
        )}
        <TextInput
          label={t('account.fullName')}
          value={fullName}
          onChange={(e) => setFullName(e.currentTarget.value)}
        />
        <Select
          label={t('account.role')}
          data={ROLES.map((r) => ({ value: r, label: t(`role.${r}`) }))}
          value={role}
          allowDeselect={false}
          onChange={(value) => setRole((value as Role | null) ?? role)}
        />
        <TagsInput
          label={t('account.wards')}
          description={t('users.emptyAll')}
          size="xs"
          value={wards}
          onChange={setWards}
        />
        <MultiSelect
          label={t('account.domains')}
          description={t('users.emptyAll')}
          data={DOMAINS.map((d) => ({ value: d, label: t(`domain.${d}`) }))}
          value={domains}
          onChange={setDomains}
        />
        {agencies.length > 0 && (
          <Select
            label={t('search.agency')}
            data={agencies.map((a) => ({ value: a.id, label: a.name }))}
            value={agency}
            clearable
            clearButtonProps={{ 'aria-label': t('app.none') }}
            placeholder={t('app.none')}
            onChange={setAgency}
          />
        )}
        <PasswordInput
          description={t(user ? 'users.passwordOnce' : 'users.passwordFirst')}
          label={t(user ? 'users.newPassword' : 'users.firstPassword')}
          required={!user}
          autoComplete="new-password"
          value={password}
          onChange={(e) => setPassword(e.currentTarget.value)}
        />
        {user?.totp && (
          <Switch
            label={t('users.takeCodes')}
            description={t('users.takeCodesHint')}
            checked={takeCodes}
            onChange={(e) => setTakeCodes(e.currentTarget.checked)}
          />
        )}
        {user && (
          <Switch
            label={t('users.disabled')}
            checked={disabled}
            onChange={(e) => setDisabled(e.currentTarget.checked)}
          />
        )}
        {error && (
          <Alert p="xs" color="red" variant="outline" role="alert">
            {error}
          </Alert>
        )}
        <Button type="submit">{t('app.save')}</Button>
      </Stack>
    </form>
  );
}
