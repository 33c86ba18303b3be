/** One request: what it says, where it stands, and what whoever looks may do with it. */

import { Alert, Button, Textarea } from '@mantine/core';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useMay } from '../api/me';
import { Failure, Waiting } from '../shell/Failure';
import { useErrorText, useTimes } from '../shell/say';
import classes from './Handover.module.css';
import { RangeFacts } from './RangeFacts';
import { act, packAddress, requestQuery, type Act, type HandoverRequest } from './requests';

export function Request({ request }: { request: HandoverRequest }) {
  const { t } = useTranslation();
  const { time } = useTimes();
  const rows: [string, string | null][] = [
    ['receiver', request.receiver],
    ['purpose', request.purpose],
    ['legal_basis', request.legal_basis],
    ['askedBy', `${request.asked_by.name}, ${time(request.asked_utc)}`],
    ['decidedBy', request.decided_by && `${request.decided_by.name}, ${time(request.decided_utc)}`],
    ['decisionNote', request.decision_note],
  ];
  return (
    <li className={classes.one} data-request={request.id}>
      <div className={classes.head}>
        <h2>{request.agency}</h2>
        <span className={classes.state} data-state={request.state}>
          {t(`handover.states.${request.state}`)}
        </span>
      </div>
      <dl className={classes.facts}>
        {rows.map(
          ([name, value]) =>
            value && (
              <div key={name} className={classes.row}>
                <dt>{t(`handover.${name as 'purpose'}`)}</dt>
                <dd>{value}</dd>
              </div>
            ),
        )}
        {request.range && <RangeFacts range={request.range} />}
        <dt>{t('handover.events')}</dt>
        <dd className={classes.events}>
          {request.events.map((id) => (
            <Link key={id} to="/desk" search={{ event: id }}>
              {id.slice(0, 8)}
            </Link>
          ))}
        </dd>
      </dl>
      <PackOf request={request} />
      <Steps request={request} />
      <History id={request.id} />
    </li>
  );
}

function PackOf({ request: { pack, state, trouble, withdrawn } }: { request: HandoverRequest }) {
  const { t } = useTranslation();
  const { time } = useTimes();
  if (state === 'approved')
    return trouble ? (
      <Alert color="red">{t('handover.trouble')}</Alert>
    ) : (
      <p role="status">{t('handover.making')}</p>
    );
  if (!pack) return null;
  if (state === 'expired') return <p>{t('handover.over', { when: time(pack.expires_utc) })}</p>;
  if (withdrawn) return <Alert color="red">{t('handover.withdrawn')}</Alert>;
  return (
    <div>
      <a className={classes.take} href={packAddress(pack.id)} download>
        {t('handover.take', { size: Math.ceil(pack.bytes / 1048576) })}
      </a>
      <div className={classes.faint}>
        {t('handover.until', { when: time(pack.expires_utc) })} {t('handover.key')}{' '}
        <code>{pack.key}</code>. SHA-256 <code>{pack.sha256}</code>
      </div>
    </div>
  );
}

function Steps({ request }: { request: HandoverRequest }) {
  const { t } = useTranslation();
  const errorText = useErrorText();
  const client = useQueryClient();
  const mayDecide = useMay('approve_handover');
  const [note, setNote] = useState('');
  const [error, setError] = useState<string | null>(null);
  const [busy, setBusy] = useState<Act | null>(null);
  const go = (step: Act) => {
    setBusy(step);
    setError(null);
    act(request.id, step, note.trim())
      .then(() => setNote(''))
      .catch((failure: unknown) => setError(errorText(failure)))
      .finally(() => {
        setBusy(null);
        void client.invalidateQueries({ queryKey: ['requests'] });
      });
  };
  const button = (step: Act, variant: 'filled' | 'default') => (
    <Button
      size="xs"
      variant={variant}
      loading={busy === step}
      disabled={busy !== null}
      onClick={() => go(step)}
    >
      {t(`handover.do.${step}`)}
    </Button>
  );
  return (
    <div className="no-print">
      <Textarea
        label={t('handover.note')}
        value={note}
        autosize
        maxLength={2000}
        onChange={(e) => setNote(e.currentTarget.value)}
      />
      {error && (
        <Alert color="red" role="alert">
          {error}
        </Alert>
      )}
      <div className={classes.buttons}>
        {request.may_decide && button('approve', 'filled')}
        {request.may_refuse && button('refuse', 'default')}
        {button('note', 'default')}
        {request.trouble && mayDecide && button('pack', 'default')}
      </div>
      {request.state === 'asked' && mayDecide && !request.may_decide && (
        <p className={classes.faint}>{t('handover.own')}</p>
      )}
    </div>
  );
}

function History({ id }: { id: string }) {
  const { t } = useTranslation();
  const { time } = useTimes();
  const [open, setOpen] = useState(false);
  const query = useQuery({ ...requestQuery(id), enabled: open });
  return (
    <details onToggle={(e) => setOpen(e.currentTarget.open)}>
      <summary>{t('handover.history')}</summary>
      {open && query.isPending && <Waiting />}
      {query.isError && <Failure error={query.error} reset={() => void query.refetch()} />}
      <ol className={classes.steps}>
        {query.data?.history?.map((step, i) => (
          <li key={`${step.at} ${i}`}>
            {time(step.at)}: {t(`auditAction.${step.action}`, step.action)}, {step.who}
            {step.note && ` – ${step.note}`}
          </li>
        ))}
      </ol>
    </details>
  );
}
