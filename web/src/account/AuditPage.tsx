/** The chained log of who looked, decided, exported and changed; the newest first. */

import { Button, Table, TextInput } from '@mantine/core';
import { useInfiniteQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { ask, queryOf } from '../api/client';
import { Failure, Waiting } from '../shell/Failure';
import { useTimes } from '../shell/say';
import { useTitle } from '../shell/title';
import classes from './Account.module.css';

type Entry = {
  number: number;
  at: string;
  actor: string;
  /** What people call whoever acted; none of a command or the service. */
  actor_name: string | null;
  actor_kind: string;
  action: string;
  subject: string;
  subject_name: string | null;
  /** Somebody else could have come in by this account within the day before. */
  after_reset: { what: string; by: string[]; at: string } | null;
  details: string | Record<string, unknown>;
  /** They are without plates and notes of events. */
  withheld?: boolean;
  address: string | null;
  hash: string;
};
type Page = { items: Entry[]; next: number | string | null };

export function AuditPage() {
  const { t } = useTranslation();
  useTitle(t('nav.audit'));
  const { time } = useTimes();
  const [draft, setDraft] = useState({ actor: '', action: '', subject: '' });
  const [filter, setFilter] = useState(draft);
  const query = useInfiniteQuery({
    queryKey: ['audit', filter],
    queryFn: ({ pageParam }) => ask<Page>(`/audit${queryOf({ ...filter, cursor: pageParam })}`),
    initialPageParam: '',
    getNextPageParam: (last) => (last.next === null ? undefined : String(last.next)),
  });
  const entries = query.data?.pages.flatMap((p) => p.items) ?? [];
  return (
    <div className={classes.wide}>
      <h1>{t('nav.audit')}</h1>
      <form
        className={classes.row}
        role="search"
        onSubmit={(e) => {
          e.preventDefault();
          setFilter(draft);
        }}
      >
        {(['actor', 'action', 'subject'] as const).map((name) => (
          <TextInput
            key={name}
            label={t(`audit.${name}`)}
            value={draft[name]}
            maxLength={100}
            onChange={(e) => setDraft({ ...draft, [name]: e.currentTarget.value.trim() })}
          />
        ))}
        <Button type="submit" variant="default">
          {t('search.go')}
        </Button>
      </form>
      {query.isPending && <Waiting />}
      {query.isError && <Failure error={query.error} reset={() => void query.refetch()} />}
      {query.isSuccess && entries.length === 0 && <p>{t('audit.none')}</p>}
      {entries.length > 0 && (
        <Table.ScrollContainer
          minWidth={760}
          type="native"
          tabIndex={0}
          role="region"
          aria-label={t('nav.audit')}
        >
          <Table className={classes.table}>
            <Table.Thead>
              <Table.Tr>
                <Table.Th>{t('audit.number')}</Table.Th>
                <Table.Th>{t('audit.at')}</Table.Th>
                <Table.Th>{t('audit.actor')}</Table.Th>
                <Table.Th>{t('audit.action')}</Table.Th>
                <Table.Th>{t('audit.subject')}</Table.Th>
                <Table.Th>{t('audit.details')}</Table.Th>
                <Table.Th>{t('audit.address')}</Table.Th>
                <Table.Th>{t('audit.hash')}</Table.Th>
              </Table.Tr>
            </Table.Thead>
            <Table.Tbody>
              {entries.map((e) => (
                <Table.Tr key={e.number}>
                  <Table.Td className="num">{e.number}</Table.Td>
                  <Table.Td className="num">{time(e.at)}</Table.Td>
                  <Table.Td>
                    <Named name={e.actor_name} id={e.actor} />{' '}
                    <span className={classes.faint}>
                      {t(`audit.kinds.${e.actor_kind}`, e.actor_kind)}
                    </span>
                    {e.after_reset && (
                      <div className={classes.marked}>
                        {t('audit.afterReset', {
                          who: e.after_reset.by.join(', '),
                          what: t(`audit.what.${e.after_reset.what}`, e.after_reset.what),
                        })}
                      </div>
                    )}
                  </Table.Td>
                  <Table.Td>{t(`auditAction.${e.action}`, e.action)}</Table.Td>
                  <Table.Td className={classes.long}>
                    <Named name={e.subject_name} id={e.subject} />
                  </Table.Td>
                  <Table.Td className={classes.long}>
                    {detailsOf(e.details)}
                    {e.withheld && <div className={classes.faint}>{t('audit.withheld')}</div>}
                  </Table.Td>
                  <Table.Td>{e.address ?? '–'}</Table.Td>
                  <Table.Td>
                    <code title={e.hash}>{e.hash.slice(0, 10)}</code>
                  </Table.Td>
                </Table.Tr>
              ))}
            </Table.Tbody>
          </Table>
        </Table.ScrollContainer>
      )}
      {query.hasNextPage && (
        <Button
          variant="default"
          loading={query.isFetchingNextPage}
          onClick={() => void query.fetchNextPage()}
        >
          {t('app.more')}
        </Button>
      )}
    </div>
  );
}

function detailsOf(details: Entry['details']): string {
  const text = typeof details === 'string' ? details : JSON.stringify(details);
  return text === '{}' ? '' : text;
}

/** People by name; the id, which is what is chained, stays within reach. */
function Named({ name, id }: { name: string | null; id: string }) {
  return name ? <span title={id}>{name}</span> : <>{id}</>;
}
