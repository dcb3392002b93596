import { ActionIcon, Button, Group, Menu, Select } from '@mantine/core';
import { IconDots, IconPlus } from '@tabler/icons-react';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { CursorList, Empty, Failure, Page, Ref, State, useFilters, When } from '../../components/index.ts';
import {
  type GetScenariosData,
  type GetScenariosResponse,
  getScenarios,
  postScenariosIdArchive,
  postScenariosIdDuplicate,
  postScenariosIdPause,
  postScenariosIdResume,
} from '../../data/api/index.ts';
import { makeScenario } from '../../data/make.ts';
import { useMay } from '../../data/me.ts';
import { ask } from '../../data/queries.ts';

type Item = GetScenariosResponse['items'][number];
const STATES = ['draft', 'active', 'paused', 'archived'];

/** The flows that profiles move through. */
export default function Scenarios() {
  const [filters, set] = useFilters();
  const { state } = filters;
  const client = useQueryClient();
  const navigate = useNavigate();
  const may = useMay('edit_scenarios');
  const again = () => void client.invalidateQueries({ queryKey: ['scenarios'] });
  const make = useMutation({
    mutationFn: makeScenario,
    onSuccess: (made) => {
      again();
      void navigate({ to: `/scenarios/${made.id}` as never });
    },
  });
  const change = useMutation({ mutationFn: (work: () => Promise<unknown>) => work(), onSettled: again });
  const menu = (item: Item) => {
    const path = { id: item.id };
    const run = (work: () => Promise<unknown>) => () => change.mutate(work);
    return (
      <Menu position="bottom-end">
        <Menu.Target>
          <ActionIcon variant="subtle" color="gray" aria-label={`More for ${item.name}`}>
            <IconDots size={16} />
          </ActionIcon>
        </Menu.Target>
        <Menu.Dropdown>
          <Menu.Item component="a" href={`/deliveries?scenario=${item.id}`}>
            Deliveries
          </Menu.Item>
          <Menu.Item disabled={!may} onClick={run(() => ask(postScenariosIdDuplicate({ path })))}>
            Duplicate
          </Menu.Item>
          {item.state === 'active' && (
            <Menu.Item disabled={!may} onClick={run(() => ask(postScenariosIdPause({ path })))}>
              Pause
            </Menu.Item>
          )}
          {item.state === 'paused' && (
            <Menu.Item disabled={!may} onClick={run(() => ask(postScenariosIdResume({ path })))}>
              Resume
            </Menu.Item>
          )}
          {item.state !== 'archived' && (
            <Menu.Item
              disabled={!may}
              onClick={() => {
                // It can't be undone: what waits in it is cancelled.
                if (window.confirm(`Archive ${item.name}? Everyone in it is taken out, and what waits is cancelled.`))
                  change.mutate(() => ask(postScenariosIdArchive({ path })));
              }}
            >
              Archive
            </Menu.Item>
          )}
        </Menu.Dropdown>
      </Menu>
    );
  };
  const button = (variant: 'filled' | 'default', label: string) => (
    <Button
      variant={variant}
      leftSection={<IconPlus size={16} />}
      onClick={() => make.mutate()}
      loading={make.isPending}
      disabled={!may}
      title={may ? undefined : 'Your role may not make scenarios'}
    >
      {label}
    </Button>
  );
  return (
    <Page title="Scenarios" action={button('filled', 'New scenario')}>
      {(make.error ?? change.error) && <Failure error={make.error ?? change.error} />}
      <Group>
        <Select
          aria-label="State"
          placeholder="Any state"
          clearable
          data={STATES}
          w={150}
          value={state ?? null}
          onChange={(value) => set({ state: value ?? undefined })}
        />
      </Group>
      <CursorList<Item>
        label="scenarios"
        queryKey={['scenarios', state]}
        load={(cursor) => {
          const query = { limit: 50, ...(cursor && { cursor }), ...(state && { state }) };
          return ask(getScenarios({ query: query as NonNullable<GetScenariosData['query']> }));
        }}
        columns={[
          { label: 'Name', cell: (item) => <Ref to={`/scenarios/${item.id}`}>{item.name}</Ref> },
          { label: 'State', width: '120px', cell: (item) => <State of={item.halted ? 'halted' : item.state} /> },
          {
            label: 'Version',
            width: '90px',
            wideOnly: true,
            cell: (item) => (item.version === null ? <span className="quiet">–</span> : item.version),
          },
          { label: 'Changed', width: '110px', wideOnly: true, cell: (item) => <When at={item.updated_at} /> },
          { label: 'More', width: '60px', cell: menu },
        ]}
        empty={
          <Empty action={!state && may && button('default', 'Make the first one')}>
            {state
              ? `No scenario is ${state}.`
              : 'A scenario says what happens when an event arrives: send a webhook, wait, look at the answer, go on.'}
          </Empty>
        }
      />
    </Page>
  );
}
