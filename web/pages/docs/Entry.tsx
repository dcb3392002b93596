import { Stack, Text } from '@mantine/core';
import { useEffect, useRef } from 'react';
import { Copy, CopyBlock } from '../../components/index.ts';
import classes from './docs.module.css';
import { Body, Fields } from './Fields.tsx';
import { curlOf, type Document, jsonOf, type Operation } from './schema.ts';

/** One operation: what it takes, what it answers, and a command to try it. `open`: the address names it. */
export function Entry(props: {
  method: string;
  path: string;
  operation: Operation;
  document: Document;
  open: boolean;
  choose: (open: boolean) => void;
}) {
  const { method, path, operation, document, open, choose } = props;
  const self = useRef<HTMLDetailsElement>(null);
  // biome-ignore lint/correctness/useExhaustiveDependencies: who comes with an address is led to it, once
  useEffect(() => {
    if (open) self.current?.scrollIntoView({ block: 'start' });
  }, []);
  const body = jsonOf(operation.requestBody);
  const parameters = operation.parameters.map(({ name, in: where, required, schema }) => ({
    name,
    schema,
    needed: required,
    note: where === 'path' ? 'in the path' : where === 'header' ? 'header' : undefined,
  }));
  return (
    <details
      ref={self}
      className={classes.operation}
      open={open}
      onToggle={(event) => event.currentTarget.open !== open && choose(event.currentTarget.open)}
    >
      <summary>
        <span className="mono">
          <span className={classes.method}>{method}</span> {path}
        </span>{' '}
        <span className="quiet">{operation.summary}</span>
      </summary>
      {open && (
        <Stack gap="sm" py="sm" pl={{ base: 0, sm: 'md' }}>
          <Text size="sm">
            A key needs the scope <span className="mono">{operation['x-scope']}</span>.{' '}
            <Copy text={location.href} label="Copy a link to this" />
          </Text>
          <CopyBlock label="Copy the command" text={curlOf(method, path, operation, document, location.origin)} />
          {parameters.length > 0 && (
            <Part title="Parameters">
              <Fields rows={parameters} document={document} />
            </Part>
          )}
          {body && (
            <Part title="Body">
              <Body schema={body} document={document} answer={false} />
            </Part>
          )}
          {Object.entries(operation.responses)
            .filter(([status]) => status !== 'default')
            .map(([status, answer]) => {
              const schema = jsonOf(answer);
              return (
                <Part key={status} title={`Answers ${status}: ${answer.description}`}>
                  {schema && <Body schema={schema} document={document} answer />}
                </Part>
              );
            })}
        </Stack>
      )}
    </details>
  );
}

function Part({ title, children }: { title: string; children: React.ReactNode }) {
  return (
    <div>
      <Text size="sm" fw={600} mb={2}>
        {title}
      </Text>
      {children}
    </div>
  );
}
