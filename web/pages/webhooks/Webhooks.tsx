import { Page } from '../../components/index.ts';

export default function Webhooks() {
  return <Page title="Webhooks">…</Page>;
}
