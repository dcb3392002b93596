import { useQuery } from '@tanstack/react-query';
import { useParams } from '@tanstack/react-router';
import { Page, Reading } from '../../components/index.ts';
import { getWebhooksWebhook } from '../../data/api/index.ts';
import { ask } from '../../data/queries.ts';
import { Editor } from './Editor.tsx';

const REFRESH_MS = 20_000;

/** The editor of a webhook: its request, how it is sent, what is kept of the answer; previewed and tried beside it. */
export default function Webhook() {
  const { id } = useParams({ strict: false }) as { id: string };
  const query = useQuery({
    queryKey: ['webhook', id],
    queryFn: () => ask(getWebhooksWebhook({ path: { webhook: id } })),
    refetchInterval: REFRESH_MS,
  });
  const back = { to: '/webhooks', label: 'Webhooks' };
  if (query.data) return <Editor key={id} webhook={query.data} />;
  return (
    <Page title="Webhook" back={back}>
      <Reading query={query} of="the webhook" rows={10} lead />
    </Page>
  );
}
