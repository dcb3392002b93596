import { Group, Select, Stack, Text } from '@mantine/core';
import { memo } from 'react';
import { TemplateLine } from '../../components/index.ts';
import { Batch } from './Batch.tsx';
import { Credential } from './Credential.tsx';
import type { Definition } from './draft.ts';
import { Language } from './Language.tsx';
import { type Composing, placed } from './placed.ts';
import { Headers, Query } from './Rows.tsx';
import { Snippets } from './Snippets.tsx';

const METHODS = ['POST', 'PUT', 'PATCH', 'GET', 'DELETE'];
/** Method, URL, query, headers and body; what is wrong stands at its place. */
export const RequestForm = memo(function RequestForm(props: Composing) {
  const { draft, change, may, mayUrls } = props;
  return (
    <Stack gap="md">
      {may && !mayUrls && (
        <Text size="sm" c="var(--quiet)">
          Your role may change what is sent, not where it goes and as whom: method, URL, credential, signing and secret
          headers are a developer's.
        </Text>
      )}
      <Group gap="xs" align="flex-start" wrap="nowrap">
        <Select
          label="Method"
          data={METHODS}
          value={draft.method}
          w={104}
          allowDeselect={false}
          disabled={!mayUrls}
          onChange={(value) => value && change({ method: value as Definition['method'] })}
        />
        <TemplateLine
          label="URL"
          value={draft.url}
          change={(url) => change({ url })}
          {...placed(props, 'url')}
          readOnly={!mayUrls}
          style={{ flex: 1 }}
        />
      </Group>
      <Credential {...props} />
      <Language {...props} />
      <Query {...props} />
      <Headers {...props} />
      {(draft.method !== 'GET' || draft.body.trim() !== '') && <Batch {...props} />}
      <Snippets {...props} />
    </Stack>
  );
});
