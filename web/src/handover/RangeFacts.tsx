/** The range that a request named, and what of it does not go along. */

import { useTranslation } from 'react-i18next';
import { kinds } from '../i18n/kinds';
import { useSay, useTimes } from '../shell/say';
import classes from './Handover.module.css';
import type { RequestedRange } from './requests';

export function RangeFacts({ range }: { range: RequestedRange }) {
  const { t } = useTranslation();
  const say = useSay();
  const { time } = useTimes();
  const narrowed = [
    range.camera && `${t('desk.camera')}: ${range.camera}`,
    range.kind && (say(kinds[range.kind]) || range.kind),
    range.ward,
    range.domain && t(`domain.${range.domain as 'traffic'}`),
  ].filter(Boolean);
  const left = [
    range.undecided > 0 && t('handover.undecided', { count: range.undecided }),
    range.without_evidence > 0 && t('handover.withoutEvidence', { count: range.without_evidence }),
  ].filter(Boolean);
  return (
    <div className={classes.row}>
      <dt>{t('handover.range')}</dt>
      <dd>
        {[`${time(range.from_utc)} – ${time(range.to_utc)}`, ...narrowed].join('; ')}
        {left.map((line) => (
          <p key={String(line)} className={classes.left}>
            {line}
          </p>
        ))}
      </dd>
    </div>
  );
}
