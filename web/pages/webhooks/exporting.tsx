import { Button, Menu } from '@mantine/core';
import { IconChevronDown } from '@tabler/icons-react';
import { useMutation } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { getExport } from '../../data/api/index.ts';
import { useMay } from '../../data/me.ts';
import { ask } from '../../data/queries.ts';

/** Exports webhooks by id, or with `null` all webhooks and scenarios, as a file that the browser saves. */
export function useExport() {
  return useMutation({
    mutationFn: async (ids: readonly string[] | null) => {
      const query = ids === null ? {} : { webhooks: ids.join(',') };
      const text = String(await ask(getExport({ query, parseAs: 'text' })));
      const url = URL.createObjectURL(new Blob([text], { type: 'text/yaml' }));
      const link = Object.assign(document.createElement('a'), { href: url, download: 'handoff.yaml' });
      link.click();
      URL.revokeObjectURL(url);
    },
  });
}
type Exporting = ReturnType<typeof useExport>;

/** The export of what is selected. */
export function ExportSelected({
  ids,
  exporting,
  clear,
}: {
  ids: ReadonlySet<string>;
  exporting: Exporting;
  clear: () => void;
}) {
  const may = useMay('export');
  if (ids.size === 0) return null;
  return (
    <Button.Group>
      <Button
        variant="default"
        loading={exporting.isPending}
        disabled={!may}
        title={may ? undefined : 'Your role may not export: ask a marketer or a developer'}
        onClick={() => exporting.mutate([...ids])}
      >
        Export {ids.size}
      </Button>
      <Button variant="default" onClick={clear}>
        Clear
      </Button>
    </Button.Group>
  );
}

/** Other ways for webhooks to come here, and out. */
export function Ways({ exporting }: { exporting: Exporting }) {
  const may = useMay('export');
  return (
    <Menu position="bottom-end">
      <Menu.Target>
        <Button variant="default" rightSection={<IconChevronDown size={15} />}>
          More ways
        </Button>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Item component={Link} to={'/gallery' as never}>
          From the gallery
        </Menu.Item>
        <Menu.Item component={Link} to={'/webhooks/import' as never}>
          From a cURL command
        </Menu.Item>
        <Menu.Item component={Link} to={'/webhooks/import' as never} search={{ from: 'file' } as never}>
          Import a file
        </Menu.Item>
        <Menu.Divider />
        <Menu.Item disabled={!may} onClick={() => exporting.mutate(null)}>
          Export all, with scenarios
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}
