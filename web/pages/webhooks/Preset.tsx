import { Button, Group, Select, Stack, Text, TextInput } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { Failure, Ref, Section } from '../../components/index.ts';
import { deleteWebhooksWebhookPreset, putWebhooksWebhookPreset } from '../../data/api/index.ts';
import { ask } from '../../data/queries.ts';
import type { Webhook } from './draft.ts';

type Look = NonNullable<Webhook['preset']>;
const COLORS: Look['color'][] = ['blue', 'violet', 'cyan', 'pink', 'gray'];

const NEW: Look = { icon: '', color: 'blue' };

/** Whether a webhook is offered as a preset, and how it is shown there. */
export function Preset({ webhook, may }: { webhook: Webhook; may: boolean }) {
  const client = useQueryClient();
  // What nobody typed over follows the server.
  const [typed, setLook] = useState<Look | null>(null);
  const look = typed ?? webhook.preset ?? NEW;
  const path = { webhook: webhook.id };
  const put = useMutation({
    mutationFn: async (to: Look | null) => {
      if (to) await ask(putWebhooksWebhookPreset({ path, body: to }));
      else await ask(deleteWebhooksWebhookPreset({ path }));
      return to;
    },
    onSuccess: (to) =>
      notifications.show({ message: to ? 'It is offered as a preset.' : 'It is no preset any more. Steps go on.' }),
    onSettled: async (_done, error, sent) => {
      await Promise.all(['webhook', 'webhooks', 'presets'].map((key) => client.invalidateQueries({ queryKey: [key] })));
      if (!error && sent) setLook((now) => (now === sent ? null : now));
    },
  });
  const changed = webhook.preset !== null && (look.icon !== webhook.preset.icon || look.color !== webhook.preset.color);
  return (
    <Section title="Preset">
      <Text size="sm" c="var(--quiet)">
        {webhook.preset
          ? 'In scenarios it shows its parameters alone, and only developers change it. '
          : 'Offered as a preset, it shows its parameters alone in scenarios, and only developers change it. '}
        <Ref to="/presets">All presets</Ref>
      </Text>
      {put.isError && <Failure error={put.error} />}
      <Stack gap="sm">
        <Group gap="sm" align="flex-end">
          <TextInput
            label="Letter or emoji"
            w={120}
            maxLength={16}
            value={look.icon}
            readOnly={!may}
            onChange={(event) => setLook({ ...look, icon: event.currentTarget.value })}
          />
          <Select
            label="Colour"
            w={120}
            data={COLORS}
            allowDeselect={false}
            disabled={!may}
            value={look.color}
            onChange={(value) => value && setLook({ ...look, color: value as Look['color'] })}
          />
          {(!webhook.preset || changed) && (
            <Button variant="default" disabled={!may} loading={put.isPending} onClick={() => put.mutate(look)}>
              {webhook.preset ? 'Save the look' : 'Offer as a preset'}
            </Button>
          )}
          {webhook.preset && (
            <Button variant="default" disabled={!may} loading={put.isPending} onClick={() => put.mutate(null)}>
              Offer no more
            </Button>
          )}
        </Group>
        {!may && (
          <Text size="sm" c="var(--quiet)">
            Presets are made by developers.
          </Text>
        )}
      </Stack>
    </Section>
  );
}
