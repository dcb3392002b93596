import { useDebouncedValue } from '@mantine/hooks';
import { useQuery } from '@tanstack/react-query';
import { type PostMappingsTryData, postMappingsTry } from '../../data/api/index.ts';
import { askExact } from '../../data/queries.ts';
import { type Definition, sendable } from './draft.ts';

type Asked = NonNullable<PostMappingsTryData['body']>;

/** What an answer says of a batch's profiles, and what the rules find in it, a moment after either was changed. */
export function useTried(draft: Definition, answer: string) {
  const { mapping, statuses, batch } = sendable(draft, 'drop').definition;
  const results = batch?.results;
  const entries = results && { list: results.list, status: results.status, success: results.success };
  const [text] = useDebouncedValue(JSON.stringify({ rules: mapping, body: answer, entries, statuses }), 300);
  const asked = JSON.parse(text) as Asked;
  return useQuery({
    queryKey: ['mapping', text],
    queryFn: () => askExact(postMappingsTry({ body: asked, parseAs: 'text' })),
    enabled: (asked.rules.length > 0 || asked.entries !== undefined) && answer.trim() !== '',
    placeholderData: (before) => before,
    retry: false,
    gcTime: 60_000,
  });
}
