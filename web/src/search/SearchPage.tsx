/** Search over all events: filters in the address, so that a search can be kept and passed on. */

import { Button, Table } from '@mantine/core';
import { useInfiniteQuery } from '@tanstack/react-query';
import { Link, useNavigate, useSearch } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { useAbility } from '../api/ability';
import { queryOf } from '../api/client';
import { eventsQuery } from '../api/events';
import { useMay } from '../api/me';
import type { EventRow } from '../api/types';
import { Download } from '../shell/Download';
import { Failure, Waiting } from '../shell/Failure';
import { useSay, useTimes } from '../shell/say';
import { Thumb } from '../shell/Thumb';
import { useTitle } from '../shell/title';
import { DueMark } from '../desk/DueMark';
import { FilterForm } from './FilterForm';
import { filterOf, type Search } from './filter';
import { SavedSearches } from './SavedSearches';
import classes from './Search.module.css';

export function SearchPage() {
  const { t } = useTranslation();
  useTitle(t('nav.search'));
  const search = useSearch({ from: '/inside/search' });
  const navigate = useNavigate({ from: '/search' });
  const filter = filterOf(search);
  const query = useInfiniteQuery(eventsQuery(filter, 50));
  const mayExport = useMay('export_confirmed');
  const { can, takes } = useAbility();
  const rows = query.data?.pages.flatMap((page) => page.items) ?? [];
  const last = query.data?.pages.at(-1);
  const { order: _, ...narrow } = filter;
  const exported = Object.fromEntries(
    Object.entries(narrow).filter(([name]) => name !== 'status' && takes('/export', name)),
  );
  const go = (next: Search) => void navigate({ search: next, replace: true });
  return (
    <div className={classes.page}>
      <h1>{t('nav.search')}</h1>
      <FilterForm key={JSON.stringify(search)} search={search} onSearch={go} />
      <SavedSearches search={search} onSearch={go} />
      <div className={classes.found}>
        <strong role="status">
          {last &&
            t(last.total_exact === false ? 'search.foundAtLeast' : 'search.found', {
              count: Math.max(rows.length, last.total_at_least),
            })}
        </strong>
        {mayExport && can('get', '/export') && (
          <span className="no-print">
            {t('search.export')}{' '}
            {(['csv', 'json'] as const).map((format) => (
              <Download
                key={format}
                className={classes.export}
                href={`/api/v1/export${queryOf({ ...exported, format })}`}
              >
                {format.toUpperCase()}
              </Download>
            ))}
          </span>
        )}
      </div>
      {query.isPending && <Waiting />}
      {query.isError && <Failure error={query.error} reset={() => void query.refetch()} />}
      {rows.length > 0 && <Results rows={rows} />}
      {query.isSuccess && rows.length === 0 && <p>{t('search.nothing')}</p>}
      {query.hasNextPage && (
        <Button
          variant="default"
          mt="sm"
          loading={query.isFetchingNextPage}
          onClick={() => void query.fetchNextPage()}
        >
          {t('app.more')}
        </Button>
      )}
    </div>
  );
}

export function Results({ rows }: { rows: EventRow[] }) {
  const { t } = useTranslation();
  const say = useSay();
  const { time } = useTimes();
  return (
    <Table.ScrollContainer
      minWidth={760}
      type="native"
      tabIndex={0}
      role="region"
      aria-label={t('search.results')}
    >
      <Table highlightOnHover className={classes.results}>
        <Table.Thead>
          <Table.Tr>
            <Table.Th>{t('search.picture')}</Table.Th>
            <Table.Th>{t('search.kind')}</Table.Th>
            <Table.Th>{t('desk.at')}</Table.Th>
            <Table.Th>{t('desk.camera')}</Table.Th>
            <Table.Th>{t('desk.ward')}</Table.Th>
            <Table.Th>{t('desk.subject')}</Table.Th>
            <Table.Th>{t('desk.plate')}</Table.Th>
            <Table.Th>{t('search.status')}</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {rows.map((row) => (
            <Table.Tr key={row.id}>
              <Table.Td>
                <Thumb address={row.thumbnail} />
              </Table.Td>
              <Table.Td>
                <Link to="/desk" search={{ event: row.id }}>
                  {say(row.kind_name)}
                </Link>
              </Table.Td>
              <Table.Td className="num">{time(row.moment_utc)}</Table.Td>
              <Table.Td>{row.camera_name}</Table.Td>
              <Table.Td>{row.ward ?? '–'}</Table.Td>
              <Table.Td>
                {row.subject_class ? t(`class.${row.subject_class}`, row.subject_class) : '–'}
              </Table.Td>
              <Table.Td>{row.plate ?? '–'}</Table.Td>
              <Table.Td>
                {t(`status.${row.status}`)}
                <Standing row={row} />
              </Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </Table.ScrollContainer>
  );
}

/** What stands besides the status: merged, overdue, looked at again. */
function Standing({ row }: { row: EventRow }) {
  const { t } = useTranslation();
  const words = [
    row.merged_into && t('merge.merged'),
    row.second_look === 'wanted' && t('second.wanted'),
    row.second_look === 'agreed' && t('second.agreed'),
  ].filter(Boolean);
  return (
    <div className={classes.standing}>
      <DueMark row={row} />
      {words.join(' · ')}
    </div>
  );
}
