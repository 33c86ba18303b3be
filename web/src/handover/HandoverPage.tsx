/** Handing over: what other agencies asked for, who allowed it, and the packs to be taken. */

import { Button, Select } from '@mantine/core';
import { useInfiniteQuery, useQueryClient } from '@tanstack/react-query';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { HoldList } from '../holds/HoldList';
import { Failure, Waiting } from '../shell/Failure';
import { useTitle } from '../shell/title';
import classes from './Handover.module.css';
import { Request } from './Request';
import { RequestForm } from './RequestForm';
import { requestsQuery, STATES, type RequestState } from './requests';

export default function HandoverPage() {
  const { t } = useTranslation();
  useTitle(t('nav.handover'));
  const client = useQueryClient();
  const navigate = useNavigate();
  const { events = '' } = useSearch({ from: '/inside/handover' });
  const [state, setState] = useState<RequestState | ''>('');
  const [asking, setAsking] = useState(events !== '');
  const query = useInfiniteQuery(requestsQuery(state));
  const requests = query.data?.pages.flatMap((page) => page.items) ?? [];
  const done = () => {
    setAsking(false);
    if (events) void navigate({ to: '/handover', search: {}, replace: true });
    void client.invalidateQueries({ queryKey: ['requests'] });
  };
  return (
    <div className={classes.page}>
      <h1>{t('nav.handover')}</h1>
      <p>{t('handover.intro')}</p>
      <div className={classes.bar}>
        <Select
          label={t('handover.state')}
          value={state}
          data={[
            { value: '', label: t('handover.all') },
            ...STATES.map((s) => ({ value: s, label: t(`handover.states.${s}`) })),
          ]}
          allowDeselect={false}
          onChange={(value) => setState((value ?? '') as RequestState | '')}
        />
        {!asking && <Button onClick={() => setAsking(true)}>{t('handover.new')}</Button>}
      </div>
      {asking && <RequestForm events={events} onDone={done} />}
      {query.isPending && <Waiting />}
      {query.isError && <Failure error={query.error} reset={() => void query.refetch()} />}
      {query.isSuccess && requests.length === 0 && <p>{t('handover.none')}</p>}
      <ul className={classes.list}>
        {requests.map((request) => (
          <Request key={request.id} request={request} />
        ))}
      </ul>
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
      <HoldList />
    </div>
  );
}
