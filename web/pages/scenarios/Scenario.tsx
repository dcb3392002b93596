import { useQuery } from '@tanstack/react-query';
import { useParams } from '@tanstack/react-router';
import { Page, Reading } from '../../components/index.ts';
import { getScenariosId } from '../../data/api/index.ts';
import { ask } from '../../data/queries.ts';
import { Editor } from './Editor.tsx';

const REFRESH_MS = 20_000;

/** One scenario on its canvas: the draft to edit, the published version beside it, its numbers, one profile's way. */
export default function Scenario() {
  const { id } = useParams({ strict: false }) as { id: string };
  const query = useQuery({
    queryKey: ['scenario', id],
    queryFn: () => ask(getScenariosId({ path: { id } })),
    refetchInterval: REFRESH_MS,
  });
  if (query.data) return <Editor key={id} scenario={query.data} />;
  return (
    <Page title="Scenario" back={{ to: '/scenarios', label: 'Scenarios' }}>
      <Reading query={query} of="the scenario" rows={10} lead />
    </Page>
  );
}
