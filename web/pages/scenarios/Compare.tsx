import { Button, Group, Stack, Text, Title } from '@mantine/core';
import { type ReactNode, useMemo } from 'react';
import type { Condition } from '../../../shared/condition.ts';
import Canvas from '../../canvas/Canvas.tsx';
import { type Difference, differences } from '../../canvas/compare.ts';
import type { ScenarioDefinition } from '../../canvas/definition.ts';
import { inWords, KIND_WORDS, lineOf, spanOf } from '../../canvas/words.ts';
import classes from './panel.module.css';

const nothing = () => {};
const WORDS = { added: 'New', removed: 'Taken out', changed: 'Changed' };

/** Two definitions side by side, with what was added, removed and changed by step. */
export default function Compare(props: {
  before: { title: string; definition: ScenarioDefinition };
  after: { title: string; definition: ScenarioDefinition };
  nameOf: (webhook: string) => string;
  idOf: (webhook: string) => string;
  actions?: ReactNode;
  close: () => void;
}) {
  const { before, after, nameOf, idOf } = props;
  const found = useMemo(
    () => differences(before.definition, after.definition, idOf),
    [before.definition, after.definition, idOf],
  );
  const marks = useMemo(() => new Map(found.map(({ id, kind }) => [id, kind])), [found]);
  return (
    <Stack gap="sm" component="section" aria-label="Comparison">
      <Group justify="space-between">
        <Text size="sm">
          {found.length === 0
            ? 'They are the same.'
            : (['added', 'removed', 'changed'] as const)
                .map((kind) => [WORDS[kind].toLowerCase(), found.filter((one) => one.kind === kind).length] as const)
                .filter(([, n]) => n > 0)
                .map(([word, n]) => `${n} ${word}`)
                .join(', ')}
        </Text>
        <Group gap="xs">
          {props.actions}
          <Button variant="default" size="xs" onClick={props.close}>
            Back to the draft
          </Button>
        </Group>
      </Group>
      <div className={classes.pair}>
        {[before, after].map(({ title, definition }) => (
          <section key={title} className="panel" aria-label={title}>
            <Title order={2} px="sm" py={6} fz="sm">
              {title}
            </Title>
            <div className={classes.half}>
              <Canvas
                {...{ definition, nameOf, marks }}
                selected={null}
                select={nothing}
                editing={null}
                label={title}
              />
            </div>
          </section>
        ))}
      </div>
      {found.length > 0 && (
        <ul className="panel" style={{ listStyle: 'none', margin: 0, padding: '4px 16px' }} aria-label="Differences">
          {found.map((one) => (
            <li key={one.id} style={{ padding: '8px 0' }}>
              <Text size="sm">
                <b>{WORDS[one.kind]}:</b> {titleOf(one, [after.definition, before.definition], nameOf)}
              </Text>
              {one.fields.map((field) => (
                <Text key={field.name} size="xs" c="var(--quiet)" style={{ overflowWrap: 'anywhere' }}>
                  {field.name}: <span className="mono">{shown(field.name, field.before)}</span> →{' '}
                  <span className="mono">{shown(field.name, field.after)}</span>
                </Text>
              ))}
            </li>
          ))}
        </ul>
      )}
    </Stack>
  );

  /** A value of a field, in words where there are some. */
  function shown(name: string, json: string): string {
    const text = inWordsOf(name, json);
    return text.length > 300 ? `${text.slice(0, 300)}…` : text;
  }
  function inWordsOf(name: string, json: string): string {
    if (json === 'nothing') return json;
    const value = JSON.parse(json) as unknown;
    if (name === 'how long') return spanOf(value as number);
    if (name === 'condition') return inWords(value as Condition);
    if (name === 'webhook') return nameOf(value as string);
    if (!name.startsWith('what follows') && name !== 'first step') return json;
    return value === null ? 'the end' : stepTitle(value as string, [after.definition, before.definition], nameOf);
  }
}

type NameOf = (webhook: string) => string;

function stepTitle(id: string, within: readonly ScenarioDefinition[], nameOf: NameOf): string {
  const step = within.flatMap((one) => one.steps).find((one) => one.id === id);
  return step ? `“${step.name || lineOf(step, nameOf)}” (${id})` : id;
}

function titleOf({ id }: Difference, within: readonly ScenarioDefinition[], nameOf: NameOf): string {
  if (id === 'trigger') return 'Trigger';
  const step = within.flatMap((one) => one.steps).find((one) => one.id === id)!;
  return `${KIND_WORDS[step.kind]} ${stepTitle(id, within, nameOf)}`;
}
