/** The keys, and a switch for whom single keys are in the way. */

import { Kbd, Modal, Switch, Table } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { keysOn, setKeysOn } from './keys';
import { useMe } from '../api/me';
import { useSignal } from '../api/signal';

const rows = [
  [['J', 'K'], 'desk.helpNext'],
  [['C', 'C'], 'desk.helpConfirm'],
  [['Enter', 'Enter'], 'desk.helpConfirm'],
  [['X', '1…9, 0'], 'desk.helpDismiss'],
  [['U', 'U'], 'desk.helpCannotTell'],
  [['Space'], 'desk.helpPlay'],
  [['←', '→'], 'desk.helpFrames'],
  [['M'], 'desk.helpMoment'],
  [['O'], 'desk.helpMarks'],
  [['Z'], 'desk.helpZoom'],
  [['N'], 'desk.helpNote'],
  [['T'], 'help.takeUp'],
  [['G'], 'help.assign', 'assign'],
  [['D'], 'help.merge', 'merge'],
  [['A', 'A'], 'help.agree', 'reopen'],
  [['Esc'], 'desk.helpEscape'],
  [['?'], 'desk.helpHelp'],
] as const;

export function Help({ opened, onClose }: { opened: boolean; onClose: () => void }) {
  const { t } = useTranslation();
  const on = useSignal(keysOn);
  const { permissions } = useMe();
  const shown = rows.filter(([, , needs]) => !needs || permissions.includes(needs));
  return (
    <Modal
      opened={opened}
      onClose={onClose}
      title={t('desk.help')}
      closeButtonProps={{ 'aria-label': t('app.close') }}
      transitionProps={{ duration: 0 }}
    >
      <Table>
        <Table.Tbody>
          {shown.map(([keys, word]) => (
            <Table.Tr key={keys.join()}>
              <Table.Td w="8rem">
                {keys.map((k, i) => (
                  <Kbd key={i} mr={4} size="xs">
                    {k}
                  </Kbd>
                ))}
              </Table.Td>
              <Table.Td>{t(word)}</Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
      <Switch
        mt="md"
        label={t('account.singleKeys')}
        checked={on}
        onChange={(e) => setKeysOn(e.currentTarget.checked)}
      />
    </Modal>
  );
}
