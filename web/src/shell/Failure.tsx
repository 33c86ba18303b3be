/** What is shown instead of a page: waiting, failed, not there. */

import { Alert, Button, Center, Group, Loader, Stack, Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { useErrorText } from './say';

export function Failure({ error, reset }: { error: unknown; reset?: () => void }) {
  const { t } = useTranslation();
  const errorText = useErrorText();
  return (
    <Alert color="red" variant="outline" title={t('app.failed')} m="md" role="alert">
      <Stack gap="sm" align="flex-start">
        <Text size="sm">{errorText(error)}</Text>
        {reset && (
          <Button variant="default" onClick={reset}>
            {t('app.retry')}
          </Button>
        )}
      </Stack>
    </Alert>
  );
}

export function Waiting() {
  const { t } = useTranslation();
  return (
    <Center p="xl">
      <Group gap="sm" role="status">
        <Loader size="xs" />
        <Text size="sm">{t('app.loading')}</Text>
      </Group>
    </Center>
  );
}

export function NotFound() {
  const { t } = useTranslation();
  return (
    <Text p="md" role="alert">
      {t('app.notFound')}
    </Text>
  );
}
