import { Input, Text } from '@mantine/core';
import { type CSSProperties, lazy, Suspense } from 'react';
import type { Mark } from './CodeEditor.tsx';
import type { TemplateLanguage } from './templates/languages.ts';
import type { Named } from './templates/names.ts';

const CodeEditor = lazy(() => import('./CodeEditor.tsx'));
const NONE: readonly Mark[] = [];

/** A template of one line as a field: with completion, colours and marks. `label` is shown unless it is `quiet`. */
export function TemplateLine(props: {
  label: string;
  quiet?: boolean;
  value: string;
  change: (value: string) => void;
  language: TemplateLanguage;
  names: readonly Named[];
  snippets?: readonly string[];
  marks?: readonly Mark[];
  error?: string | undefined;
  readOnly?: boolean;
  prompt?: string;
  style?: CSSProperties;
}) {
  const { label, quiet, error, marks = NONE, style, ...rest } = props;
  const warnings = marks.filter((mark) => mark.warning);
  return (
    <Input.Wrapper label={quiet ? undefined : label} labelElement="div" error={error} style={{ minWidth: 0, ...style }}>
      <Suspense fallback={<div style={{ minHeight: 36 }} aria-busy />}>
        <CodeEditor {...rest} label={label} marks={marks} format="text" line />
      </Suspense>
      {warnings.map((mark) => (
        <Text key={`${mark.column} ${mark.message}`} size="xs" c="var(--wait)" mt={2}>
          {mark.message}
        </Text>
      ))}
    </Input.Wrapper>
  );
}
