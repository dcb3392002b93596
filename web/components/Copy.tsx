import { ActionIcon, CopyButton, Group, Tooltip } from '@mantine/core';
import { IconCheck, IconCopy } from '@tabler/icons-react';

/** Copies a text. `label` names it for readers. */
export function Copy({ text, label = 'Copy' }: { text: string; label?: string }) {
  return (
    <CopyButton value={text} timeout={1500}>
      {({ copied, copy }) => (
        <Tooltip label={copied ? 'Copied' : label}>
          <ActionIcon variant="subtle" color="gray" size="sm" onClick={copy} aria-label={copied ? 'Copied' : label}>
            {copied ? <IconCheck size={14} /> : <IconCopy size={14} />}
          </ActionIcon>
        </Tooltip>
      )}
    </CopyButton>
  );
}

/** A command or a value to be copied, in a box. */
export function CopyBlock({ text, label }: { text: string; label?: string }) {
  return (
    <Group wrap="nowrap" align="flex-start" gap="xs" className="panel" p="xs" style={{ background: 'var(--ground)' }}>
      <pre
        className="mono"
        // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by keyboard
        tabIndex={0}
        style={{ margin: 0, flex: 1, minWidth: 0, overflowX: 'auto', whiteSpace: 'pre' }}
      >
        {text}
      </pre>
      <Copy text={text} label={label ?? 'Copy'} />
    </Group>
  );
}
