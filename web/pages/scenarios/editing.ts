import { notifications } from '@mantine/notifications';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import type { ScenarioDefinition } from '../../canvas/definition.ts';
import { useHistory } from '../../canvas/history.ts';
import {
  type GetScenariosIdResponse,
  patchScenariosId,
  postScenariosIdCheck,
  postScenariosIdPublish,
} from '../../data/api/index.ts';
import { ApiFailure } from '../../data/failure.ts';
import { ask } from '../../data/queries.ts';

export type Scenario = GetScenariosIdResponse;
/** What keeps a draft from being published or tried; `step` null: the scenario itself. */
export type Fault = { step: string | null; message: string };

export const draftOf = (scenario: Scenario) => scenario.draft as ScenarioDefinition;

/**
 * What is being written, beside what is saved. `read`: the scenario as the server has it now. When somebody else saved
 * meanwhile, an untouched editor follows; a changed one is told (`theirs`), and saves over theirs only if asked to.
 */
export function useEditing(read: Scenario) {
  const client = useQueryClient();
  const [saved, setSaved] = useState(read);
  const [name, setName] = useState(read.name);
  const [faults, setFaults] = useState<readonly Fault[]>([]);
  const draft = useHistory(draftOf(read));
  const dirty = name !== saved.name || JSON.stringify(draft.now) !== JSON.stringify(saved.draft);
  const follow = (to: Scenario) => {
    setSaved(to);
    setName(to.name);
    draft.reset(draftOf(to));
    setFaults([]);
  };
  const newer = read.updated_at > saved.updated_at;
  const other = newer && read.revision !== saved.revision;
  useEffect(() => {
    if (newer && (!other || !dirty)) {
      // Publishing, pausing and the like change nothing of what is edited.
      if (other) follow(read);
      else setSaved(read);
    }
  });
  const took = (answer: Scenario) => {
    client.setQueryData(['scenario', read.id], answer);
    setSaved(answer);
    void client.invalidateQueries({ queryKey: ['scenarios'] });
    return answer;
  };
  const settled = (error: unknown) => {
    if (error instanceof ApiFailure && error.status === 409)
      void client.invalidateQueries({ queryKey: ['scenario', read.id], exact: true });
  };
  const save = useMutation({
    mutationFn: async (over: string) => {
      const sent = { name, draft: draft.now };
      await client.cancelQueries({ queryKey: ['scenario', read.id], exact: true });
      const path = { id: read.id };
      const answer = await ask(patchScenariosId({ path, query: { revision: over }, body: sent as never }));
      // What is typed while it is being saved stays.
      setName((now) => (now === sent.name ? answer.name : now));
      draft.adopt(sent.draft, draftOf(answer));
      return took(answer);
    },
    onError: settled,
  });
  const publish = useMutation({
    mutationFn: async () => {
      const path = { id: read.id };
      const seen = dirty ? await save.mutateAsync(saved.revision) : saved;
      const { problems: found } = await ask(postScenariosIdCheck({ path }));
      setFaults(found);
      if (found.length > 0)
        throw new ApiFailure(
          422,
          `${found.length} thing${found.length > 1 ? 's are' : ' is'} missing before it can be published.`,
          found.map((one) => ({ field: one.step ?? 'trigger', message: one.message })),
        );
      return took(await ask(postScenariosIdPublish({ path, query: { revision: seen.revision } })));
    },
    onSuccess: (answer) => notifications.show({ message: `Version ${answer.version} is published.` }),
    onError: settled,
  });
  const failure = save.error ?? publish.error;
  const theirs = other && dirty ? read : null;
  return {
    saved,
    name,
    setName,
    draft,
    dirty,
    faults,
    setFaults,
    theirs,
    follow: (to: Scenario) => {
      save.reset();
      publish.reset();
      follow(to);
    },
    save: () => {
      publish.reset();
      if (!save.isPending) save.mutate(saved.revision);
    },
    /** Saves over what somebody else saved. */
    keep: () => theirs && save.mutate(theirs.revision),
    saving: save.isPending,
    publish: () => {
      save.reset();
      publish.mutate();
    },
    publishing: publish.isPending,
    failure,
  };
}
export type Editing = ReturnType<typeof useEditing>;
