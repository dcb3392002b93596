import { ActionIcon, Badge, Button, SegmentedControl, TextInput, Tooltip } from '@mantine/core';
import { IconArrowBackUp, IconArrowForwardUp } from '@tabler/icons-react';
import { Ref, State } from '../../components/index.ts';
import type { Editing } from './editing.ts';

/** The name of a scenario, edited where it stands. */
export function Name({ editing, may }: { editing: Editing; may: boolean }) {
  const { name } = editing;
  return (
    <TextInput
      aria-label="Name of the scenario"
      variant="unstyled"
      value={name}
      maxLength={200}
      readOnly={!may}
      onChange={(event) => editing.setName(event.currentTarget.value)}
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
  );
}

/** State, draft or published, undo and redo, the panels, save, publish. */
export function Bar(props: {
  editing: Editing;
  may: boolean;
  mayPublish: boolean;
  /** Null: it was never published. */
  version: number | null;
  changes: number;
  /** Where the runs of a campaign stand; null for what is none. */
  runs: string | null;
  shows: 'draft' | 'published' | 'other';
  show: (which: 'draft' | 'published') => void;
  panel: string | undefined;
  toggle: (panel: string) => void;
}) {
  const { editing, may, shows } = props;
  const { draft } = editing;
  const editable = may && shows === 'draft';
  const why = may ? 'Your role may not publish: ask a marketer' : 'It can’t be changed';
  return (
    <>
      <State of={editing.saved.halted ? 'halted' : editing.saved.state} />
      {props.runs !== null && <Ref to={props.runs}>Runs</Ref>}
      {props.version !== null && (
        <SegmentedControl
          aria-label="Draft or published"
          size="xs"
          value={shows}
          onChange={(value) => props.show(value as 'draft' | 'published')}
          data={[
            { value: 'draft', label: props.changes > 0 ? `Draft (${props.changes} changed)` : 'Draft' },
            { value: 'published', label: `Version ${props.version}` },
          ]}
        />
      )}
      {editing.dirty && (
        <Badge color="gray" variant="default" tt="none">
          not saved
        </Badge>
      )}
      <ActionIcon.Group>
        <Step name="Undo" keys="Ctrl or ⌘ Z" disabled={!draft.canUndo || !editable} onClick={draft.undo}>
          <IconArrowBackUp size={17} />
        </Step>
        <Step name="Redo" keys="Shift Ctrl or ⌘ Z" disabled={!draft.canRedo || !editable} onClick={draft.redo}>
          <IconArrowForwardUp size={17} />
        </Step>
      </ActionIcon.Group>
      {(['try', 'versions'] as const).map((panel) => (
        <Button key={panel} variant="default" aria-pressed={props.panel === panel} onClick={() => props.toggle(panel)}>
          {panel === 'try' ? 'Dry run' : 'Versions'}
        </Button>
      ))}
      <Button
        variant="default"
        onClick={editing.save}
        loading={editing.saving}
        disabled={!editing.dirty || !may || editing.theirs !== null}
        title="Ctrl or ⌘ S"
      >
        Save
      </Button>
      <Button
        onClick={editing.publish}
        loading={editing.publishing}
        disabled={!editable || !props.mayPublish || editing.theirs !== null}
        title={may && props.mayPublish ? undefined : why}
      >
        Publish
      </Button>
    </>
  );
}

function Step(props: {
  name: string;
  keys: string;
  disabled: boolean;
  onClick: () => void;
  children: React.ReactNode;
}) {
  return (
    <Tooltip label={`${props.name} (${props.keys})`}>
      <ActionIcon variant="default" size={36} aria-label={props.name} disabled={props.disabled} onClick={props.onClick}>
        {props.children}
      </ActionIcon>
    </Tooltip>
  );
}
