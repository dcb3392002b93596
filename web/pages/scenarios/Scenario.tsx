import { Badge, Button, Group, SegmentedControl, Skeleton, Text, TextInput } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useBlocker, useParams } from '@tanstack/react-router';
import { lazy, Suspense, useCallback, useEffect, useMemo, useState } from 'react';
import { type Edge, insert, type Kind, remove, replace, type ScenarioDefinition } from '../../canvas/definition.ts';
import { useHistory } from '../../canvas/history.ts';
import { Failure, Page, Ref, State, useFilters } from '../../components/index.ts';
import {
  type GetScenariosIdResponse,
  getScenariosId,
  getScenariosIdVersionsVersion,
  getWebhooks,
  patchScenariosId,
  postScenariosIdCheck,
  postScenariosIdPublish,
} from '../../data/api/index.ts';
import { ApiFailure } from '../../data/failure.ts';
import { useMay } from '../../data/me.ts';
import { ask } from '../../data/queries.ts';
import { Halted } from './Halted.tsx';
import { useNotes } from './notes.ts';
import { Panel } from './Panel.tsx';

const Canvas = lazy(() => import('../../canvas/Canvas.tsx'));
const NOTHING: ReadonlySet<string> = new Set();

/** One scenario on its canvas: the draft to edit, the published version beside it, its numbers, one profile's way. */
export default function Scenario() {
  const { id } = useParams({ strict: false }) as { id: string };
  const query = useQuery({
    queryKey: ['scenario', id],
    queryFn: () => ask(getScenariosId({ path: { id } })),
    refetchOnWindowFocus: false,
  });
  const back = { to: '/scenarios', label: 'Scenarios' };
  if (query.isError)
    return (
      <Page title="Scenario" back={back}>
        <Failure error={query.error} retry={() => void query.refetch()} />
      </Page>
    );
  if (!query.data)
    return (
      <Page title="Scenario" back={back}>
        <Skeleton height={480} />
      </Page>
    );
  return <Editor key={id} scenario={query.data} />;
}

type Fault = { step: string | null; message: string };

function Editor({ scenario }: { scenario: GetScenariosIdResponse }) {
  const { id } = scenario;
  const client = useQueryClient();
  const [filters, setFilters] = useFilters();
  const may = useMay('edit_scenarios') && scenario.state !== 'archived';
  const mayPublish = useMay('publish');
  const saved = scenario.draft as ScenarioDefinition;
  const draft = useHistory(saved);
  const [name, setName] = useState(scenario.name);
  const [selected, select] = useState<string | null>(null);
  const [faults, setFaults] = useState<readonly Fault[]>([]);
  const showsPublished = filters.show === 'published' && scenario.version !== null;
  const published = useQuery({
    queryKey: ['scenario', id, 'version', scenario.version],
    queryFn: () => ask(getScenariosIdVersionsVersion({ path: { id, version: String(scenario.version) } } as never)),
    enabled: scenario.version !== null,
  });
  const live = published.data?.definition as ScenarioDefinition | undefined;
  const webhooks = useQuery({
    queryKey: ['webhooks', 'names'],
    queryFn: () => ask(getWebhooks({ query: { limit: 200 } })),
    staleTime: 30_000,
  });
  const list = useMemo(() => webhooks.data?.items ?? [], [webhooks.data]);
  const nameOf = useCallback(
    (webhook: string) => list.find((one) => one.id === webhook || one.key === webhook)?.name ?? webhook,
    [list],
  );
  const { notes, way } = useNotes(id, scenario.version !== null, filters.profile);
  const shown = showsPublished && live ? live : draft.now;
  const dirty = name !== scenario.name || JSON.stringify(draft.now) !== JSON.stringify(saved);
  const changed = useMemo(() => {
    if (!live || showsPublished) return NOTHING;
    const before = new Map(live.steps.map((step) => [step.id, JSON.stringify(step)]));
    return new Set(
      draft.now.steps.filter((step) => before.get(step.id) !== JSON.stringify(step)).map((step) => step.id),
    );
  }, [live, showsPublished, draft.now]);
  const problems = useMemo(() => new Map(faults.map((fault) => [fault.step ?? 'trigger', fault.message])), [faults]);

  const save = useMutation({
    mutationFn: () => ask(patchScenariosId({ path: { id }, body: { name, draft: draft.now } as never })),
    onSuccess: (answer) => {
      client.setQueryData(['scenario', id], answer);
      draft.reset(answer.draft as ScenarioDefinition);
      void client.invalidateQueries({ queryKey: ['scenarios'] });
    },
  });
  const publish = useMutation({
    mutationFn: async () => {
      if (dirty) await save.mutateAsync();
      const { problems: found } = await ask(postScenariosIdCheck({ path: { id } }));
      setFaults(found);
      if (found.length > 0)
        throw new ApiFailure(
          422,
          `${found.length} thing${found.length > 1 ? 's are' : ' is'} missing before it can be published.`,
          found.map((one) => ({ field: one.step ?? 'trigger', message: one.message })),
        );
      return ask(postScenariosIdPublish({ path: { id } }));
    },
    onSuccess: (answer) => {
      client.setQueryData(['scenario', id], answer);
      notifications.show({ message: `Version ${answer.version} is published.` });
    },
  });
  const { put, undo, redo } = draft;
  const edit = useCallback(
    (definition: ScenarioDefinition) => {
      setFaults([]);
      put(definition);
    },
    [put],
  );
  const first = list[0]?.id ?? 'webhook';
  const now = draft.now;
  const add = useCallback(
    (edge: Edge, kind: Kind) => {
      const made = insert(now, edge, kind, first);
      edit(made.definition);
      select(made.id);
    },
    [now, first, edit],
  );
  useEffect(() => {
    const listen = (event: KeyboardEvent) => {
      const typing = (event.target as HTMLElement).closest('input, textarea, [contenteditable=true]');
      const command = event.ctrlKey || event.metaKey;
      if (command && event.key === 's') {
        event.preventDefault();
        if (may) save.mutate();
      } else if (typing || !may || showsPublished) return;
      else if (command && event.key.toLowerCase() === 'z') {
        event.preventDefault();
        if (event.shiftKey) redo();
        else undo();
      } else if ((event.key === 'Delete' || event.key === 'Backspace') && selected && selected !== 'trigger') {
        event.preventDefault();
        edit(remove(now, selected));
        select(null);
      } else if (event.key === 'Escape') select(null);
    };
    window.addEventListener('keydown', listen);
    return () => window.removeEventListener('keydown', listen);
  });
  useBlocker({
    shouldBlockFn: ({ current, next }) =>
      next.pathname !== current.pathname &&
      !window.confirm('This scenario has changes that are not saved. Leave without them?'),
    disabled: !dirty,
    enableBeforeUnload: dirty,
  });
  const failure = save.error ?? publish.error;
  return (
    <Page
      wide
      title={scenario.name}
      heading={
        <TextInput
          aria-label="Name of the scenario"
          variant="unstyled"
          value={name}
          maxLength={200}
          readOnly={!may}
          onChange={(event) => setName(event.currentTarget.value)}
          styles={{
            input: {
              fontSize: '1.25rem',
              fontWeight: 600,
              height: 34,
              minHeight: 34,
              width: `${Math.max(8, name.length + 1)}ch`,
              maxWidth: '100%',
            },
          }}
        />
      }
      back={{ to: '/scenarios', label: 'Scenarios' }}
      action={
        <>
          <State of={scenario.halted ? 'halted' : scenario.state} />
          {[live, shown].some((one) => one?.trigger?.kind === 'campaign') && (
            <Ref to={`/scenarios/${id}/runs`}>Runs</Ref>
          )}
          {scenario.version !== null && (
            <SegmentedControl
              aria-label="Draft or published"
              size="xs"
              value={showsPublished ? 'published' : 'draft'}
              onChange={(value) => {
                select(null);
                setFilters({ show: value === 'published' ? 'published' : undefined });
              }}
              data={[
                { value: 'draft', label: changed.size > 0 ? `Draft (${changed.size} changed)` : 'Draft' },
                { value: 'published', label: `Version ${scenario.version}` },
              ]}
            />
          )}
          {dirty && (
            <Badge color="gray" variant="light" tt="none">
              not saved
            </Badge>
          )}
          <Button variant="default" onClick={undo} disabled={!draft.canUndo || showsPublished} title="Ctrl or ⌘ Z">
            Undo
          </Button>
          <Button variant="default" onClick={redo} disabled={!draft.canRedo || showsPublished}>
            Redo
          </Button>
          <Button variant="default" onClick={() => save.mutate()} loading={save.isPending} disabled={!dirty || !may}>
            Save
          </Button>
          <Button
            onClick={() => publish.mutate()}
            loading={publish.isPending}
            disabled={!may || !mayPublish || showsPublished}
            title={mayPublish ? undefined : 'Your role may not publish'}
          >
            Publish
          </Button>
        </>
      }
    >
      {failure && <Failure error={failure} />}
      <Halted scenario={scenario} />
      <div
        className="panel"
        style={{
          display: 'flex',
          height: 'calc(100dvh - 120px)',
          minHeight: 420,
          overflow: 'hidden',
          position: 'relative',
        }}
      >
        <div style={{ flex: 1, minWidth: 0, background: 'var(--ground)' }}>
          <Suspense fallback={<Skeleton height="100%" />}>
            <Canvas
              key={showsPublished ? 'published' : 'draft'}
              definition={shown}
              selected={selected}
              select={select}
              add={may && !showsPublished ? add : null}
              nameOf={nameOf}
              problems={problems}
              changed={changed}
              notes={notes}
              way={way}
            />
          </Suspense>
        </div>
        <Panel
          scenario={id}
          definition={shown}
          selected={selected}
          editable={may && !showsPublished}
          change={edit}
          changeStep={(step) => edit(replace(now, step))}
          removeStep={(step) => {
            edit(remove(now, step));
            select(null);
          }}
          webhooks={list}
          close={() => select(null)}
          notes={selected ? notes.get(selected) : undefined}
        />
      </div>
      <Group gap="xs">
        <Text size="sm" c="var(--quiet)">
          {filters.profile
            ? 'One profile’s way is drawn.'
            : 'Open a scenario from a profile to see its way through it.'}
        </Text>
        {filters.profile && (
          <Button variant="subtle" size="compact-sm" onClick={() => setFilters({ profile: undefined })}>
            Show all
          </Button>
        )}
      </Group>
    </Page>
  );
}
