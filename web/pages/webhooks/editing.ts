import { notifications } from '@mantine/notifications';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useCallback, useEffect, useState } from 'react';
import { patchWebhooksWebhook, putWebhooksWebhookDefinition } from '../../data/api/index.ts';
import { ApiFailure } from '../../data/failure.ts';
import { ask } from '../../data/queries.ts';
import { type Definition, sendable, type Webhook } from './draft.ts';

interface Edited {
  name: string;
  draft: Definition;
  /** The webhook that it is saved over. */
  over: Webhook;
}

/**
 * What is being written, beside what is saved. `read`: the webhook as the server has it now. When somebody else saved
 * meanwhile, an untouched editor follows; a changed one is told (`theirs`), and saves over theirs only if asked to.
 */
export function useEditing(read: Webhook) {
  const client = useQueryClient();
  const [saved, setSaved] = useState(read);
  const [name, setName] = useState(read.name);
  const [draft, setDraft] = useState(read.definition);
  const redefined = JSON.stringify(draft) !== JSON.stringify(saved.definition);
  const dirty = name !== saved.name || redefined;
  const follow = (to: Webhook) => {
    setSaved(to);
    setName(to.name);
    setDraft(to.definition);
  };
  const newer = read.version > saved.version || (read.version === saved.version && read.updated_at > saved.updated_at);
  useEffect(() => {
    if (!newer) return;
    if (!dirty) follow(read);
    // Switching it on or off changes nothing of what is edited.
    else if (read.revision === saved.revision) setSaved(read);
  });
  const save = useMutation({
    mutationFn: async (sent: Edited) => {
      const path = { webhook: saved.id };
      let over = sent.over;
      const took = (got: Webhook) => {
        client.setQueryData(['webhook', got.id], got);
        setSaved(got);
        over = got;
        // What was typed while it was being saved stays.
        setDraft((now) => (now === sent.draft ? got.definition : now));
      };
      await client.cancelQueries({ queryKey: ['webhook', saved.id] });
      let version: number | null = null;
      if (JSON.stringify(sent.draft) !== JSON.stringify(over.definition)) {
        const { definition } = sendable(sent.draft, 'keep');
        const got = await ask(
          putWebhooksWebhookDefinition({ path, query: { revision: over.revision }, body: definition as never }),
        );
        version = got.version;
        took(got);
      }
      if (sent.name !== over.name) {
        const got = await ask(
          patchWebhooksWebhook({ path, query: { revision: over.revision }, body: { name: sent.name } }),
        );
        took(got);
        setName((now) => (now === sent.name ? got.name : now));
      }
      return version;
    },
    onSuccess: (version) => notifications.show({ message: version === null ? 'Saved' : `Saved as version ${version}` }),
    onSettled: () => {
      for (const key of ['webhooks', 'webhook']) void client.invalidateQueries({ queryKey: [key] });
    },
  });
  /** What the server says is wrong with a field, at its row in the editor. */
  const { error, variables } = save;
  const refused = useCallback(
    (field: string): string | undefined => {
      if (!(error instanceof ApiFailure) || !variables) return undefined;
      const { place } = sendable(variables.draft, 'keep');
      return error.fields.find((one) => place(one.field) === field)?.message;
    },
    [error, variables],
  );
  const change = useCallback((part: Partial<Definition>) => setDraft((before) => ({ ...before, ...part })), []);
  const theirs = dirty && newer && read.revision !== saved.revision ? read : null;
  return {
    saved,
    name,
    setName,
    draft,
    change,
    dirty,
    theirs,
    /** What the API said when a save was refused since somebody else saved. */
    conflict:
      theirs !== null && save.error instanceof ApiFailure && save.error.status === 409 ? save.error.message : null,
    follow: (to: Webhook) => {
      save.reset();
      follow(to);
    },
    save: () => save.mutate({ name, draft, over: saved }),
    keep: () => theirs && save.mutate({ name, draft, over: theirs }),
    saving: save.isPending,
    failure: save.error,
    refused,
    discard: () => {
      save.reset();
      follow(newer ? read : saved);
    },
  };
}
