/** A request is entered: who asks, what for, by which law, and which confirmed events. */

import { Alert, Button, NumberInput, Radio, Textarea, TextInput } from '@mantine/core';
import { useState, type FormEvent } from 'react';
import { useTranslation } from 'react-i18next';
import { ApiError, ask } from '../api/client';
import { useKey } from '../api/useKey';
import { useErrorText } from '../shell/say';
import classes from './Handover.module.css';
import { RangeFields } from './RangeFields';
import { idsOf, rangeOf, type Days, type HandoverRequest } from './requests';

const TEXTS = ['agency', 'receiver', 'legal_basis'] as const;
const EMPTY = { agency: '', receiver: '', legal_basis: '', purpose: '' };

export function RequestForm({
  events,
  onDone,
}: {
  events: string;
  onDone: (made: HandoverRequest | null) => void;
}) {
  const { t } = useTranslation();
  const errorText = useErrorText();
  const keyOf = useKey();
  const [texts, setTexts] = useState(EMPTY);
  const [ids, setIds] = useState(events);
  const [by, setBy] = useState<'ids' | 'range'>('ids');
  const [range, setRange] = useState<Days>({ from: '', to: '' });
  const [days, setDays] = useState<number | string>(30);
  const [error, setError] = useState<string | null>(null);
  const [busy, setBusy] = useState(false);

  async function submit(form: FormEvent) {
    form.preventDefault();
    setBusy(true);
    try {
      const which = by === 'range' ? { range: rangeOf(range) } : { events: idsOf(ids) };
      const body = { ...texts, valid_days: Number(days) || 0, ...which };
      const sent = { ...body, request_key: keyOf(body) };
      onDone(await ask<HandoverRequest>('/requests', { method: 'POST', body: sent }));
    } catch (failure) {
      // The server names the events that cannot be handed over.
      const named = failure instanceof ApiError ? failure.body.events : null;
      const which = Array.isArray(named) ? ` ${named.join(', ')}` : '';
      const open = failure instanceof ApiError ? Number(failure.body.undecided) || 0 : 0;
      const left = open > 0 ? ` ${t('handover.undecided', { count: open })}` : '';
      setError(errorText(failure) + which + left);
    } finally {
      setBusy(false);
    }
  }
  return (
    <form className={classes.form} onSubmit={(e) => void submit(e)}>
      <h2>{t('handover.new')}</h2>
      <p className={classes.faint}>{t('handover.newWhy')}</p>
      {TEXTS.map((name) => (
        <TextInput
          key={name}
          label={t(`handover.${name}`)}
          description={t(`handover.${name}Hint`)}
          value={texts[name]}
          required
          maxLength={300}
          onChange={(e) => setTexts({ ...texts, [name]: e.currentTarget.value })}
        />
      ))}
      <Textarea
        label={t('handover.purpose')}
        value={texts.purpose}
        required
        autosize
        minRows={2}
        maxLength={2000}
        onChange={(e) => setTexts({ ...texts, purpose: e.currentTarget.value })}
      />
      <Radio.Group
        label={t('handover.which')}
        value={by}
        onChange={(value) => setBy(value as 'ids' | 'range')}
      >
        <div className={classes.buttons}>
          <Radio value="ids" label={t('handover.byIds')} />
          <Radio value="range" label={t('handover.byRange')} />
        </div>
      </Radio.Group>
      {by === 'range' ? (
        <RangeFields days={range} onDays={setRange} />
      ) : (
        <Textarea
          label={t('handover.events')}
          description={t('handover.eventsHint')}
          value={ids}
          required
          autosize
          minRows={2}
          onChange={(e) => setIds(e.currentTarget.value)}
        />
      )}
      <NumberInput
        label={t('handover.days')}
        value={days}
        min={1}
        max={90}
        allowDecimal={false}
        onChange={setDays}
      />
      {error && (
        <Alert color="red" role="alert">
          {error}
        </Alert>
      )}
      <div className={classes.buttons}>
        <Button type="submit" loading={busy}>
          {t('handover.send')}
        </Button>
        <Button type="button" variant="default" onClick={() => onDone(null)}>
          {t('app.cancel')}
        </Button>
      </div>
    </form>
  );
}
