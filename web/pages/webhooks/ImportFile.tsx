import { Alert, Button, FileButton, Group, List, Radio, Stack, Table, Text, Textarea } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { Failure, Ref, Section } from '../../components/index.ts';
import { type PostImportResponse, postImport } from '../../data/api/index.ts';
import { useMay } from '../../data/me.ts';
import { ask } from '../../data/queries.ts';

type Item = PostImportResponse['items'][number];
type Existing = 'replace' | 'copy';
const PAUSE_MS = 350;
const MOST = 700_000;
const WILL: Record<Item['outcome'], string> = {
  create: 'is made',
  change: 'is changed',
  copy: 'is made as a copy',
  same: 'stays: it is the same',
  keep: 'stays as it is here',
  conflict: 'is in the way',
};

/** A file of webhooks and scenarios: what it would do is shown before it is done. */
export function ImportFile() {
  const client = useQueryClient();
  const may = useMay('edit_urls');
  const [document, setDocument] = useState('');
  const [existing, setExisting] = useState<Existing>('replace');
  const [tooLong, setTooLong] = useState(false);
  const [still] = useDebouncedValue({ document, existing }, PAUSE_MS);
  const given = still.document.trim() !== '' && document.trim() !== '';
  const dry = useQuery({
    queryKey: ['import', still],
    queryFn: () => ask(postImport({ query: { dry_run: 'true' }, body: still })),
    enabled: given && may,
    gcTime: 0,
    retry: false,
  });
  const apply = useMutation({
    mutationFn: () => ask(postImport({ body: still })),
    onSuccess: () => {
      for (const key of ['webhooks', 'webhook', 'scenarios', 'scenario', 'policies'])
        void client.invalidateQueries({ queryKey: [key] });
    },
  });
  const change = (text: string) => {
    apply.reset();
    setTooLong(text.length > MOST);
    setDocument(text.length > MOST ? '' : text);
  };
  const plan = apply.data ?? (given ? dry.data : undefined);
  const conflicts = plan?.items.some(({ outcome }) => outcome === 'conflict') ?? false;
  const work = plan?.items.some(({ outcome }) => ['create', 'change', 'copy'].includes(outcome)) ?? false;
  const settled = still.document === document && still.existing === existing;
  return (
    <Stack gap="md">
      <Group gap="sm">
        <FileButton
          accept=".yaml,.yml,.json,text/yaml,application/json"
          onChange={(file) => void file?.text().then(change)}
          inputProps={{ 'aria-label': 'File to import' }}
        >
          {(props) => (
            <Button variant="default" {...props} disabled={!may}>
              Choose a file
            </Button>
          )}
        </FileButton>
        <Text size="sm" c="var(--quiet)">
          or paste its text
        </Text>
      </Group>
      <Textarea
        label="The file"
        description="As another installation exported it, YAML or JSON. Scenarios arrive as working copies: none runs before it is published."
        autosize
        minRows={5}
        maxRows={14}
        spellCheck={false}
        readOnly={!may}
        value={document}
        error={tooLong ? 'The file is too long: export fewer things at a time' : undefined}
        onChange={(event) => change(event.currentTarget.value)}
        classNames={{ input: 'mono' }}
      />
      <Radio.Group
        label="Where a key is taken here"
        value={existing}
        onChange={(value) => {
          apply.reset();
          setExisting(value as Existing);
        }}
      >
        <Group gap="md" mt={4}>
          <Radio value="replace" label="Make a new version of what is here" />
          <Radio value="copy" label="Make a copy under another key" />
        </Group>
      </Radio.Group>
      {!may && (
        <Text size="sm" c="var(--quiet)">
          Files are imported by developers, since they say where data goes.
        </Text>
      )}
      {given && dry.isError && !apply.data && <Failure error={dry.error} retry={() => void dry.refetch()} />}
      {apply.isError && <Failure error={apply.error} />}
      {apply.data && (
        <Alert color="gray" title="Imported" role="status">
          <Text size="sm">Each thing stands below. Publish the scenarios once what is missing has been added.</Text>
        </Alert>
      )}
      {plan && <Shown plan={plan} />}
      {!apply.data && (
        <Group gap="sm">
          <Button
            onClick={() => apply.mutate()}
            loading={apply.isPending}
            disabled={!may || !settled || !given || !plan || conflicts || !work || plan.problems.length > 0}
          >
            Import
          </Button>
          {plan && !work && !conflicts && (
            <Text size="sm" c="var(--quiet)">
              Everything in it is here already.
            </Text>
          )}
        </Group>
      )}
    </Stack>
  );
}

function Shown({ plan }: { plan: PostImportResponse }) {
  return (
    <Section title={plan.applied ? 'What was done' : 'What it would do'}>
      {plan.problems.length > 0 && (
        <Alert color="red" title="It can't be imported" role="alert">
          {plan.problems.map(({ field, message }) => (
            <Text size="sm" key={`${field} ${message}`}>
              <span className="mono">{field}</span> {message}
            </Text>
          ))}
        </Alert>
      )}
      <Table verticalSpacing={6} layout="fixed" aria-label="Things of the file">
        <Table.Thead>
          <Table.Tr>
            <Table.Th w={100}>Kind</Table.Th>
            <Table.Th>Name</Table.Th>
            <Table.Th>What becomes of it</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {plan.items.map((item) => (
            <Row key={`${item.kind} ${item.key} ${item.name}`} item={item} />
          ))}
        </Table.Tbody>
      </Table>
      {plan.add_by_hand.length > 0 && (
        <>
          <Text size="sm" fw={600}>
            To be added by hand
          </Text>
          <List size="sm" spacing={4}>
            {plan.add_by_hand.map((one) => (
              <List.Item key={one}>{one}</List.Item>
            ))}
          </List>
        </>
      )}
    </Section>
  );
}

const PAGES: Partial<Record<Item['kind'], string>> = { webhook: '/webhooks', scenario: '/scenarios' };

function Row({ item }: { item: Item }) {
  const page = PAGES[item.kind];
  const changes = item.changes.length > 0 ? `: ${item.changes.join(', ')}` : '';
  return (
    <Table.Tr>
      <Table.Td>{item.kind}</Table.Td>
      <Table.Td style={{ overflowWrap: 'anywhere' }}>
        {item.id && page ? <Ref to={`${page}/${item.id}`}>{item.name}</Ref> : item.name}
        {item.kind === 'webhook' && <div className="mono quiet">{item.key}</div>}
      </Table.Td>
      <Table.Td style={{ overflowWrap: 'anywhere' }}>
        {WILL[item.outcome]}
        {changes}
        {item.message && <div className="quiet">{item.message}</div>}
      </Table.Td>
    </Table.Tr>
  );
}
