import { Text } from '@mantine/core';
import classes from './docs.module.css';
import { boundsOf, type Document, resolved, type Schema, shapesOf, typeOf } from './schema.ts';

const DEEPEST = 6;

interface Row {
  name: string;
  schema: Schema;
  needed: boolean;
  note?: string | undefined;
}

/** Fields with what each may be; one that holds fields of its own opens. */
export function Fields({ rows, document, depth = 0 }: { rows: readonly Row[]; document: Document; depth?: number }) {
  return (
    <ul className={classes.fields}>
      {rows.map(({ name, schema, needed, note }) => {
        const shapes = depth < DEEPEST ? shapesOf(schema, document) : [];
        const description = resolved(schema, document).description ?? schema.description;
        const line = (
          <>
            <span className={`mono ${classes.name}`}>{name}</span>{' '}
            <span className="quiet">{typeOf(schema, document)}</span>
            {needed && <span className={classes.needed}> needed</span>}
            {[note, description, boundsOf(schema, document)].filter(Boolean).map((text) => (
              <span key={text} className="quiet">
                {' · '}
                {text}
              </span>
            ))}
          </>
        );
        return (
          <li key={name}>
            {shapes.length === 0 ? (
              line
            ) : (
              <details>
                <summary>{line}</summary>
                {shapes.map((shape, i) => (
                  // biome-ignore lint/suspicious/noArrayIndexKey: alternatives have no other name
                  <div key={i} className={classes.inside}>
                    {shapes.length > 1 && <Text size="xs">{`Either (${i + 1} of ${shapes.length})`}</Text>}
                    <Fields rows={rowsOf(shape)} document={document} depth={depth + 1} />
                  </div>
                ))}
              </details>
            )}
          </li>
        );
      })}
    </ul>
  );
}

function rowsOf(schema: Schema): Row[] {
  return Object.entries(schema.properties ?? {}).map(([name, one]) => ({
    name,
    schema: one,
    needed: schema.required?.includes(name) ?? false,
  }));
}

/** A body: its fields, or what it is when it has none. */
export function Body({ schema, document, answer }: { schema: Schema; document: Document; answer: boolean }) {
  const shapes = shapesOf(schema, document);
  if (shapes.length === 0) return <Text size="sm">{typeOf(schema, document)}</Text>;
  return (
    <>
      {shapes.map((shape, i) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: alternatives have no other name
        <div key={i}>
          {shapes.length > 1 && <Text size="xs">{`Either (${i + 1} of ${shapes.length})`}</Text>}
          {/* What comes back is always there: saying so at every field would be noise. */}
          <Fields rows={rowsOf(shape).map((row) => (answer ? { ...row, needed: false } : row))} document={document} />
        </div>
      ))}
    </>
  );
}
