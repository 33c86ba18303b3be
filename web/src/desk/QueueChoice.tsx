/** Which queue is worked through; only where there is more than one to choose from. */

import { NativeSelect } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { useAbility } from '../api/ability';
import { useMay } from '../api/me';
import { QUEUES, type QueueName } from './queues';

type Props = { queue: QueueName; onQueue: (queue: QueueName) => void };

export function QueueChoice({ queue, onQueue }: Props) {
  const { t } = useTranslation();
  const { takes } = useAbility();
  const decides = useMay('decide');
  const reopens = useMay('reopen');
  const offered = QUEUES.filter(
    (q) =>
      q === 'waiting' ||
      q === queue ||
      (q === 'mine' ? decides && takes('/events', 'assignee') : reopens && takes('/events', q)),
  );
  if (offered.length < 2) return null;
  return (
    <NativeSelect
      size="xs"
      aria-label={t('queues.choose')}
      data={offered.map((value) => ({ value, label: t(`queues.${value}`) }))}
      value={queue}
      onChange={(e) => onQueue(e.currentTarget.value as QueueName)}
    />
  );
}
