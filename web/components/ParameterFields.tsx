import { NumberInput, Select, Stack, Textarea, TextInput } from '@mantine/core';
import { useState } from 'react';
import type { GetWebhooksWebhookResponse } from '../data/api/index.ts';

/** A parameter that a webhook declares. */
export type Parameter = GetWebhooksWebhookResponse['definition']['parameters'][number];
export type ParameterValues = Record<string, unknown>;

/** A value as a placeholder shows it. */
const shown = (value: unknown) =>
  value === undefined || value === null ? '' : typeof value === 'string' ? value : JSON.stringify(value);

/** A field for each parameter, by its type; one that is left empty takes the default, which stands in it in grey. */
export function ParameterFields(props: {
  parameters: readonly Parameter[];
  values: ParameterValues;
  change: (values: ParameterValues) => void;
  disabled?: boolean;
}) {
  const { parameters, values, change } = props;
  return (
    <Stack gap="sm">
      {parameters.map((parameter) => (
        <Field
          key={parameter.name}
          parameter={parameter}
          value={Object.hasOwn(values, parameter.name) ? values[parameter.name] : undefined}
          disabled={props.disabled ?? false}
          put={(value) => {
            const { [parameter.name]: _before, ...rest } = values;
            change(value === undefined || value === '' ? rest : { ...rest, [parameter.name]: value });
          }}
        />
      ))}
    </Stack>
  );
}

interface Given {
  parameter: Parameter;
  value: unknown;
  disabled: boolean;
  put: (value: unknown) => void;
}

function Field({ parameter, value, disabled, put }: Given) {
  const { name, type, label, help, required, choices, default: otherwise } = parameter;
  const common = {
    label: label || name,
    description: help || undefined,
    withAsterisk: required && (otherwise ?? null) === null,
    placeholder: shown(otherwise),
    disabled,
  };
  const text = typeof value === 'string' ? value : shown(value);
  switch (type) {
    case 'number':
      return <NumberValue common={common} value={value} put={put} />;
    case 'boolean':
      return (
        <Select
          {...common}
          clearable
          clearButtonProps={{ 'aria-label': `Clear ${common.label}` }}
          placeholder={otherwise === undefined ? '' : otherwise ? 'yes' : 'no'}
          data={[
            { value: 'true', label: 'yes' },
            { value: 'false', label: 'no' },
          ]}
          value={typeof value === 'boolean' ? String(value) : null}
          onChange={(next) => put(next === null ? undefined : next === 'true')}
        />
      );
    case 'choice':
      return (
        <Select
          {...common}
          clearable
          clearButtonProps={{ 'aria-label': `Clear ${common.label}` }}
          searchable={choices.length > 8}
          data={[...new Set(typeof value === 'string' ? [...choices, value] : choices)]}
          value={typeof value === 'string' ? value : null}
          error={typeof value === 'string' && !choices.includes(value) ? 'Is no choice any more' : undefined}
          onChange={(next) => put(next ?? undefined)}
        />
      );
    case 'long_text':
      return (
        <Textarea
          {...common}
          autosize
          minRows={3}
          maxRows={12}
          value={text}
          onChange={(e) => put(e.currentTarget.value)}
        />
      );
    case 'json':
      return <JsonValue common={common} value={value} put={put} />;
    default:
      return <TextInput {...common} value={text} onChange={(event) => put(event.currentTarget.value)} />;
  }
}

/** Any JSON value; what can't be read stays in the field, with why, and isn't taken. */
function JsonValue(props: { common: object; value: unknown; put: (value: unknown) => void }) {
  const { value, put } = props;
  const [text, setText] = useState(value === undefined ? '' : JSON.stringify(value, null, 2));
  const [wrong, setWrong] = useState<string | null>(null);
  const type = (next: string) => {
    setText(next);
    try {
      put(next.trim() === '' ? undefined : JSON.parse(next));
      setWrong(null);
    } catch (error) {
      setWrong(`Is no JSON yet: ${(error as Error).message}`);
    }
  };
  return (
    <Textarea
      {...props.common}
      autosize
      minRows={2}
      maxRows={12}
      classNames={{ input: 'mono' }}
      spellCheck={false}
      value={text}
      error={wrong}
      onChange={(event) => type(event.currentTarget.value)}
    />
  );
}

/** A number; what is typed on the way to one (`-`, `1.`) stays in the field. */
function NumberValue(props: { common: object; value: unknown; put: (value: unknown) => void }) {
  const value = props.value === undefined ? '' : Number(props.value);
  const [typed, setTyped] = useState<number | string>(value);
  return (
    <NumberInput
      {...props.common}
      value={Number.isNaN(Number(typed)) || (typed !== '' && Number(typed) === value) ? typed : value}
      onChange={(next) => {
        setTyped(next);
        props.put(next === '' || Number.isNaN(Number(next)) ? undefined : Number(next));
      }}
    />
  );
}
