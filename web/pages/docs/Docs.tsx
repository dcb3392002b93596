import { Group, SegmentedControl, Skeleton, Text, TextInput } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Failure, Page, Ref, Section, useFilters } from '../../components/index.ts';
import { failureOf } from '../../data/failure.ts';
import classes from './docs.module.css';
import { Entry } from './Entry.tsx';
import type { Document, Operation } from './schema.ts';

const METHODS = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'];
const anchor = (tag: string) => tag.toLowerCase().replaceAll(' ', '-');

/** Whether every word is somewhere in what an operation is called, or among its parameters. */
function matches(words: string[], method: string, path: string, operation: Operation): boolean {
  const { summary, tags, parameters, operationId } = operation;
  const text = [method, path, summary, operationId, ...tags, ...parameters.map((one) => one.name)]
    .join(' ')
    .toLowerCase();
  return words.every((word) => text.includes(word));
}

async function readDocument(): Promise<Document> {
  const response = await fetch('/api/openapi.json').catch(() => undefined);
  if (!response?.ok) throw failureOf(undefined, response?.status);
  return (await response.json()) as Document;
}

/** The reference of /api/v1, made from /api/openapi.json; what is searched for and opened stands in the address. */
export default function Docs() {
  const [{ q = '', method = 'all', op }, set] = useFilters();
  const { data, error, refetch } = useQuery({ queryKey: ['openapi'], queryFn: readDocument, staleTime: Infinity });
  const words = q.toLowerCase().split(/\s+/).filter(Boolean);
  const shown = Object.entries(data?.paths ?? {})
    .flatMap(([path, methods]) =>
      Object.entries(methods).map(([name, operation]) => ({ path, method: name.toUpperCase(), operation })),
    )
    .filter((one) => method === 'all' || one.method === method)
    .filter((one) => matches(words, one.method, one.path, one.operation));
  const tags = Map.groupBy(shown, (one) => one.operation.tags[0] ?? 'Other');
  return (
    <Page title="API reference">
      <Text c="var(--quiet)" size="sm">
        Send an API key as <span className="mono">Authorization: Bearer KEY</span>
        {'; '}
        <Ref to="/settings" search={{ part: 'keys' }}>
          make one
        </Ref>{' '}
        with the scopes that you need. Lists have cursors, errors are problem+json and name the field, a POST with an{' '}
        <span className="mono">Idempotency-Key</span> happens once. The document:{' '}
        <a className="link" href="/api/openapi.json">
          /api/openapi.json
        </a>
      </Text>
      <Group gap="xs">
        <TextInput
          aria-label="Search the reference"
          placeholder="Search by path, words or parameter"
          w={280}
          maw="100%"
          defaultValue={q}
          onChange={(event) => set({ q: event.currentTarget.value || undefined })}
        />
        <SegmentedControl
          aria-label="Method"
          size="xs"
          value={method}
          onChange={(value) => set({ method: value === 'all' ? undefined : value })}
          data={[{ value: 'all', label: 'All' }, ...METHODS]}
        />
      </Group>
      {error && <Failure error={error} retry={() => void refetch()} />}
      {!data && !error && <Skeleton height={400} />}
      {data && shown.length === 0 && <Text c="var(--quiet)">No operation has this in its path or summary.</Text>}
      {data && shown.length > 0 && (
        <div className={classes.columns}>
          <nav className={classes.tags} aria-label="Parts of the reference">
            {[...tags].map(([tag, operations]) => (
              <a key={tag} className="link" href={`#${anchor(tag)}`}>
                {tag} <span className="quiet">{operations.length}</span>
              </a>
            ))}
          </nav>
          <div style={{ display: 'grid', gap: 16, minWidth: 0 }}>
            {[...tags].map(([tag, operations]) => (
              <div key={tag} id={anchor(tag)} style={{ minWidth: 0, scrollMarginTop: 60 }}>
                <Section title={tag}>
                  {operations.map((one) => (
                    <Entry
                      key={one.operation.operationId}
                      {...one}
                      document={data}
                      open={op === one.operation.operationId}
                      choose={(open) => set({ op: open ? one.operation.operationId : undefined })}
                    />
                  ))}
                </Section>
              </div>
            ))}
          </div>
        </div>
      )}
    </Page>
  );
}
