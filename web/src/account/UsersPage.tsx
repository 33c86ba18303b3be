/** Who may come in, as what and where; for administrators. */

import { Alert, Button, Modal, Table } from '@mantine/core';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useAbility } from '../api/ability';
import { ask } from '../api/client';
import { Failure, Waiting } from '../shell/Failure';
import { useTimes } from '../shell/say';
import { useTitle } from '../shell/title';
import { UserForm, type User } from './UserForm';
import classes from './Account.module.css';

export function UsersPage() {
  const { t } = useTranslation();
  useTitle(t('nav.users'));
  const { time } = useTimes();
  const client = useQueryClient();
  const there = useAbility().can('get', '/users');
  const query = useQuery({
    queryKey: ['users'],
    queryFn: () => ask<User[]>('/users'),
    enabled: there,
  });
  const [edited, setEdited] = useState<User | 'new' | null>(null);
  if (!there)
    return (
      <div className={classes.page}>
        <h1>{t('nav.users')}</h1>
        <Alert p="xs" variant="outline">
          {t('users.byCommand')} <code>streetward user --help</code>
        </Alert>
      </div>
    );
  if (query.isPending) return <Waiting />;
  if (query.isError) return <Failure error={query.error} reset={() => void query.refetch()} />;
  return (
    <div className={classes.wide}>
      <div className={classes.row}>
        <h1>{t('nav.users')}</h1>
        <Button onClick={() => setEdited('new')}>{t('users.add')}</Button>
      </div>
      <Table.ScrollContainer
        minWidth={760}
        type="native"
        tabIndex={0}
        role="region"
        aria-label={t('nav.users')}
      >
        <Table highlightOnHover className={classes.table}>
          <Table.Thead>
            <Table.Tr>
              <Table.Th>{t('signIn.user')}</Table.Th>
              <Table.Th>{t('account.fullName')}</Table.Th>
              <Table.Th>{t('account.role')}</Table.Th>
              <Table.Th>{t('account.wards')}</Table.Th>
              <Table.Th>{t('account.domains')}</Table.Th>
              <Table.Th>{t('users.codes')}</Table.Th>
              <Table.Th>{t('users.lastSeen')}</Table.Th>
              <Table.Th>{t('users.state')}</Table.Th>
              <Table.Th>{t('users.edit')}</Table.Th>
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {query.data.map((user) => (
              <Table.Tr key={user.id}>
                <Table.Td>{user.name}</Table.Td>
                <Table.Td>{user.full_name}</Table.Td>
                <Table.Td>{t(`role.${user.role}`)}</Table.Td>
                <Table.Td>
                  {user.scope.wards === 'all' ? t('app.all') : user.scope.wards.join(', ')}
                </Table.Td>
                <Table.Td>
                  {user.scope.domains === 'all'
                    ? t('app.all')
                    : user.scope.domains.map((d) => t(`domain.${d}`)).join(', ')}
                </Table.Td>
                <Table.Td>{t(user.totp ? 'users.yes' : 'users.no')}</Table.Td>
                <Table.Td className="num">{time(user.last_login)}</Table.Td>
                <Table.Td>{t(user.disabled ? 'users.disabled' : 'users.active')}</Table.Td>
                <Table.Td>
                  <Button
                    size="compact-xs"
                    variant="default"
                    aria-label={`${t('users.edit')} ${user.name}`}
                    onClick={() => setEdited(user)}
                  >
                    {t('users.edit')}
                  </Button>
                </Table.Td>
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      </Table.ScrollContainer>
      <Modal
        opened={edited !== null}
        onClose={() => setEdited(null)}
        title={t(edited === 'new' ? 'users.add' : 'users.edit')}
        closeButtonProps={{ 'aria-label': t('app.close') }}
        transitionProps={{ duration: 0 }}
      >
        {edited && (
          <UserForm
            user={edited === 'new' ? null : edited}
            onDone={() => {
              setEdited(null);
              void client.invalidateQueries({ queryKey: ['users'] });
            }}
          />
        )}
      </Modal>
    </div>
  );
}
