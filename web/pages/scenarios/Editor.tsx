import { Button, Skeleton, Text } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useBlocker } from '@tanstack/react-router';
import { lazy, Suspense, useCallback, useMemo, useRef, useState } from 'react';
import { type Difference, differences } from '../../canvas/compare.ts';
import {
  type Edge,
  insert,
  type Kind,
  redirect,
  remove,
  replace,
  type ScenarioDefinition,
} from '../../canvas/definition.ts';
import { layout } from '../../canvas/layout.ts';
import { neighbour } from '../../canvas/path.ts';
import { lineOf } from '../../canvas/words.ts';
import { Page, useFilters } from '../../components/index.ts';
import { useMay } from '../../data/me.ts';
import { Bar, Name } from './Bar.tsx';
import { Behind } from './Behind.tsx';
import { DryRun } from './DryRun.tsx';
import { draftOf, type Scenario, useEditing } from './editing.ts';
import { Halted } from './Halted.tsx';
import { focusFields, useKeys } from './keys.ts';
import { Notices } from './Notices.tsx';
import { useWebhooks } from './naming.ts';
import { useNumbers, useTrail, useVersion } from './notes.ts';
import { Panel } from './Panel.tsx';
import classes from './panel.module.css';
import { faultsOf, useRehearsing } from './rehearsing.ts';
import { Versions } from './Versions.tsx';

const Canvas = lazy(() => import('../../canvas/Canvas.tsx'));
const Compare = lazy(() => import('./Compare.tsx'));
const NONE: ReadonlyMap<string, Difference['kind']> = new Map();

/** A scenario that was read: canvas, side panel, saving. What is shown stands in the address. */
export function Editor({ scenario }: { scenario: Scenario }) {
  const { id } = scenario;
  const [filters, setFilters] = useFilters();
  const mayEdit = useMay('edit_scenarios');
  const may = mayEdit && scenario.state !== 'archived';
  const editing = useEditing(scenario);
  const { draft, saved } = editing;
  const now = draft.now;
  const [selected, choose] = useState<string | null>(null);
  const host = useRef<HTMLDivElement>(null);
  const { nameOf, idOf, list, presets } = useWebhooks();
  const version = useVersion(id, saved.version);
  const live = version.data?.definition as ScenarioDefinition | undefined;
  const numbers = useNumbers(id, saved.version !== null);
  const trail = useTrail(id, filters.profile);
  const rehearsing = useRehearsing(id, now);
  const compared = useVersion(id, /^\d+$/.test(filters.compare ?? '') ? Number(filters.compare) : null);

  const shows = filters.profile
    ? 'other'
    : filters.show === 'published' && saved.version !== null
      ? 'published'
      : 'draft';
  const shown = shows === 'draft' ? now : shows === 'published' ? live : trail.drawn?.definition;
  const editable = may && shows === 'draft';
  const drawn = shows === 'other' ? trail.drawn : shows === 'draft' ? rehearsing.drawn : null;
  const changes = useMemo(() => (live ? differences(live, now, idOf) : []), [live, now, idOf]);
  const marks = useMemo(
    () => (shows === 'draft' ? new Map(changes.map(({ id: step, kind }) => [step, kind])) : NONE),
    [shows, changes],
  );
  const found = useMemo(
    () => [...editing.faults, ...(shows === 'draft' ? faultsOf(rehearsing.error) : [])],
    [editing.faults, rehearsing.error, shows],
  );
  const problems = useMemo(() => new Map(found.map((fault) => [fault.step ?? 'trigger', fault.message])), [found]);

  const select = (step: string | null) => {
    choose(step);
    if (step !== null && filters.panel) setFilters({ panel: undefined, step: undefined, which: undefined });
  };
  const { put } = draft;
  const { setFaults } = editing;
  const edit = useCallback(
    (definition: ScenarioDefinition) => {
      setFaults([]);
      put(definition);
    },
    [put, setFaults],
  );
  const first = list[0]?.id ?? 'webhook';
  const lead = useCallback(
    (edge: Edge, to: string | null) => edit(redirect(now, edge.from, edge.slot, to)),
    [now, edit],
  );
  const add = useCallback(
    (edge: Edge, kind: Kind, webhook = first) => {
      const made = insert(now, edge, kind, webhook);
      edit(made.definition);
      choose(made.id);
    },
    [now, first, edit],
  );
  const onWays = useMemo(() => (editable ? { add, lead, presets } : null), [editable, add, lead, presets]);
  const removeStep = (step: string) => {
    // The one above is chosen, so that one goes on from there by keyboard.
    choose(neighbour(now, layout(now).nodes, step, 'ArrowUp'));
    edit(remove(now, step));
  };
  const open = () => {
    // At once, so that what is typed next is kept; and again when another step's fields have come.
    const focus = () => focusFields(host.current);
    focus();
    requestAnimationFrame(focus);
  };
  useKeys({
    editable,
    host,
    selected,
    save: () => may && editing.dirty && !editing.theirs && editing.save(),
    undo: draft.undo,
    redo: draft.redo,
    remove: removeStep,
    unselect: () => select(null),
  });
  useBlocker({
    shouldBlockFn: ({ current, next }) =>
      next.pathname !== current.pathname &&
      !window.confirm('This scenario has changes that are not saved. Leave without them?'),
    disabled: !editing.dirty || editing.saving,
    enableBeforeUnload: editing.dirty,
  });
  const closePanel = () => setFilters({ panel: undefined, step: undefined, which: undefined });
  const stepOf = (step: string) => {
    const one = [...now.steps, ...(live?.steps ?? [])].find((other) => other.id === step);
    return { id: step, title: one ? one.name || lineOf(one, nameOf) : step };
  };
  const take = (definition: ScenarioDefinition, from: number) => {
    edit(definition);
    choose(null);
    setFilters({ compare: undefined, show: undefined, profile: undefined });
    notifications.show({ message: `The draft is version ${from} again, not saved yet. Undo brings yours back.` });
  };
  const { theirs } = editing;
  const before =
    filters.compare === 'theirs'
      ? theirs && { title: 'Theirs', definition: draftOf(theirs) }
      : compared.data && {
          title: `Version ${compared.data.version}`,
          definition: compared.data.definition as ScenarioDefinition,
        };
  const { panel } = filters;
  return (
    <Page
      wide
      title={saved.name}
      heading={<Name editing={editing} may={may} />}
      back={{ to: '/scenarios', label: 'Scenarios' }}
      action={
        <Bar
          {...{ editing, may, shows, panel }}
          mayPublish={useMay('publish')}
          version={saved.version}
          changes={changes.length}
          runs={[live, now].some((one) => one?.trigger?.kind === 'campaign') ? `/scenarios/${id}/runs` : null}
          show={(which) => {
            choose(null);
            setFilters({ show: which === 'published' ? which : undefined, profile: undefined, compare: undefined });
          }}
          toggle={(name) => {
            choose(null);
            setFilters({
              panel: panel === name ? undefined : name,
              step: undefined,
              which: undefined,
              compare: undefined,
            });
          }}
        />
      }
    >
      <Notices
        {...{ id, editing, trail, may, mayEdit }}
        errors={[version.error, trail.error, compared.error]}
        profile={filters.profile}
        shown={filters.compare === 'theirs'}
        show={() => setFilters({ compare: 'theirs' })}
        done={() => setFilters({ compare: undefined })}
      />
      <Halted scenario={saved} />
      {before ? (
        <Suspense fallback={<Skeleton height={480} />}>
          <Compare
            before={before}
            after={{ title: filters.compare === 'theirs' ? 'Mine' : 'Draft', definition: now }}
            {...{ nameOf, idOf }}
            actions={
              may &&
              compared.data && (
                <Button
                  variant="default"
                  size="xs"
                  onClick={() => take(before.definition, compared.data.version)}
                  aria-label={`Take version ${compared.data.version} into the draft`}
                >
                  Take version {compared.data.version} into the draft
                </Button>
              )
            }
            close={() => setFilters({ compare: undefined })}
          />
        </Suspense>
      ) : (
        <div ref={host} className={`panel ${classes.host}`}>
          <div style={{ flex: 1, minWidth: 0, background: 'var(--ground)' }}>
            <Suspense fallback={<Skeleton height="100%" />}>
              {shown ? (
                <Canvas
                  key={shows}
                  definition={shown}
                  selected={selected}
                  select={select}
                  open={open}
                  editing={onWays}
                  nameOf={nameOf}
                  problems={problems}
                  marks={marks}
                  notes={drawn?.notes ?? numbers}
                  passing={drawn?.passing ?? null}
                />
              ) : (
                <Skeleton height={trail.missing ? 0 : '100%'} />
              )}
            </Suspense>
          </div>
          {panel === 'try' && (
            <DryRun definition={now} {...{ rehearsing, nameOf }} select={choose} close={closePanel} />
          )}
          {panel === 'versions' && (
            <Versions
              scenario={id}
              version={saved.version}
              take={may ? take : null}
              compare={(to) => setFilters({ compare: String(to), panel: undefined })}
              close={closePanel}
            />
          )}
          {panel === 'behind' && (
            <Behind
              scenario={id}
              step={filters.step ? stepOf(filters.step) : null}
              which={filters.which}
              choose={(which) => setFilters({ which })}
              close={closePanel}
            />
          )}
          {!panel && selected !== null && shown && (
            <Panel
              definition={shown}
              selected={selected}
              editable={editable}
              change={edit}
              changeStep={(step) => edit(replace(now, step))}
              removeStep={removeStep}
              lead={lead}
              left={draft.seal}
              webhooks={list}
              nameOf={nameOf}
              close={() => select(null)}
              notes={(drawn?.notes ?? numbers).get(selected)}
              problem={problems.get(selected)}
              here={
                saved.version === null
                  ? null
                  : {
                      to: `/scenarios/${id}`,
                      search: { panel: 'behind', which: 'at', ...(selected !== 'trigger' && { step: selected }) },
                    }
              }
            />
          )}
        </div>
      )}
      <Text size="xs" c="var(--quiet)" visibleFrom="sm">
        Arrow keys move over the steps, Enter edits, Delete takes out. Each number leads to what is behind it.
      </Text>
    </Page>
  );
}
